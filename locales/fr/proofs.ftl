# What « valider » says of a lesson. The reader writes lessons.

proof-ok = { $lesson } : { $count ->
    [one] { $count } preuve
   *[other] { $count } preuves
}
proof-sound = Toutes les leçons sont prouvées.
proof-faulty = { $count ->
    [one] { $count } faute.
   *[other] { $count } fautes.
}
proof-running = preuve de { $lesson }…

## On the engine

proof-unmet = { $expected } (observé : { $observed })
proof-untouched-passes = étape { $step } : l’état de départ suffit déjà, rien n’est à faire
proof-solution-fails = étape { $step } : la solution « { $way } » ne suffit pas. Il manque : { $missing }. Dernière ligne affichée : { $output }
proof-alternative-fails = étape { $step } : l’autre voie « { $way } » ne suffit pas. Il manque : { $missing }. Dernière ligne affichée : { $output }
proof-wrong-passes = étape { $step } : la mauvaise voie « { $way } » passe, alors qu’elle doit laisser « { $name } » insatisfait
proof-wrong-elsewhere = étape { $step } : la mauvaise voie « { $way } » satisfait « { $name } » ; ce qui manque est ailleurs : { $missing }
proof-could-not-check = étape { $step } : contrôle impossible : { $why }
proof-truth-not-offered = étape { $step } : la vérité du moteur est « { $truth } », qui n’est pas parmi les choix
proof-broken = étape { $step } : { $why }

## On paper

fault-toml = le TOML n’est pas une leçon : { $text }
fault-format-version = version { $found } du format ; seule la version { $supported } est comprise
fault-unreadable = illisible : { $text }
fault-missing = fichier absent
fault-directory = « { $text } » : le dossier d’une leçon se nomme NN-id, avec l’id de la leçon
fault-no-title = le texte ne commence pas par un titre (# …)
fault-heading = titre inconnu : { $text }
fault-heading-twice = titre donné deux fois : { $text }
fault-front-matter = en-tête inconnu : { $text }
fault-placeholder = trou inconnu : { $text }
fault-lesson-twice = deux leçons portent le nom ou le numéro de { $lesson }
fault-step-twice = le nom d’étape « { $step } » est déjà pris, ou réservé
fault-no-checks = étape { $step } : aucun contrôle
fault-no-solution = étape { $step } : pas de solution
fault-no-wrong = étape { $step } : aucune mauvaise voie
fault-no-hints = étape { $step } : aucun indice
fault-checks-unused = étape { $step } : des contrôles dans une étape qui ne se contrôle pas
fault-no-question = étape { $step } : pas de question
fault-question-unused = étape { $step } : une question dans une étape qui n’est pas « predict »
fault-look-without-ran = étape { $step } : une étape « look » a besoin d’un contrôle « ran »
fault-empty-alternative = étape { $step } : une autre voie est vide
fault-choices = étape { $step } : une question offre au moins deux choix, tous différents
fault-impossible-choice = étape { $step } : le choix « { $choice } » n’est jamais la réponse de ce fait
fault-no-alternative = { $least ->
    [one] il faut au moins { $least } autre voie dans la leçon
   *[other] il faut au moins { $least } autres voies dans la leçon
}
fault-too-few-wrong = il faut au moins { $least } mauvaises voies dans la leçon
fault-unbound = étape { $step } : « { $name } » n’est lié par aucun contrôle antérieur
fault-unbound-placeholder = étape { $step } : le trou « { $name } » n’est rempli par rien
fault-check-twice = étape { $step } : deux contrôles se nomment « { $name } »
fault-hint-twice = étape { $step } : deux indices se nomment « { $name } »
fault-unknown-check = étape { $step } : aucun contrôle ne se nomme « { $name } »
fault-no-fingerprint = la traduction ne dit pas de quel texte elle vient : écrivez « source: { $wanted } » entre deux lignes --- en tête (trouvé : « { $found } »)
fault-stale = la traduction est périmée : le texte français a changé (empreinte { $found }, attendue { $wanted })
fault-other-placeholders = étape { $step } : les trous ne sont pas ceux du texte français
fault-no-heading = pas de section pour l’étape { $step }
fault-unknown-step = la section « { $step } » ne correspond à aucune étape
fault-step-order = les sections ne sont pas dans l’ordre des étapes
fault-no-introduction = pas d’introduction
fault-no-end = pas de conclusion (## fin)
fault-no-question-text = étape { $step } : pas de question dans le texte (**Question :** …)
fault-no-goal = étape { $step } : pas d’objectif dans le texte (**Objectif :** …)
fault-no-after = étape { $step } : rien à lire après (### après)
fault-too-long = étape { $step } : plus de { $most } lignes à lire avant la première chose à taper
fault-no-hint-text = étape { $step } : l’indice « { $name } » n’a pas de texte
fault-empty-hint = étape { $step } : l’indice « { $name } » est vide
fault-unknown-hint = étape { $step } : l’indice « { $name } » n’est pas dans lesson.toml
fault-no-choice-text = étape { $step } : le choix « { $name } » n’a pas de texte
fault-empty-choice = étape { $step } : le choix « { $name } » est vide
fault-unknown-choice = étape { $step } : le choix « { $name } » n’est pas dans lesson.toml
