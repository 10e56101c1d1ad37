# What the shell says around the commands.

## The goal line and the checks

goal-met = { $met } acquis sur { $checks }
check-met = acquis :
check-unmet = manque :
check-unknown = non vérifié :
check-observed = observé :
check-next = ensuite :
checks-remaining = { $count ->
    [one] encore { $count } point à obtenir
   *[other] encore { $count } points à obtenir
}

## The table of lessons

lesson-minutes = { $minutes } min
lesson-untouched = à faire
lesson-started = en cours ({ $done } sur { $steps })
lesson-done = faite

## Opening and closing

welcome = **Moussaillon** : Docker, en tapant de vraies commandes. `aide` montre ce que comprend le cours ; `quitter` ferme, vos progrès restent.
welcome-back = **Moussaillon** : vous reprenez où vous en étiez. `aide` montre ce que comprend le cours.
welcome-english = *In English: type* `langue en`*.*
goodbye = À bientôt. Vos progrès sont gardés ; `moussaillon` vous ramènera ici.
quit-again = Ctrl-D encore une fois, ou `quitter`, pour fermer.
course-finished = Toutes les leçons sont faites. `leçons` les montre, `aller` y retourne, `libre` laisse jouer.

## Course commands

help-title = Ce que comprend le cours
help-docker = toute commande docker, comme sur un vrai Docker
help-host = toute autre ligne est exécutée par votre système
help-hint = un indice, du plus léger au plus précis
help-solution = la solution de l’exercice
help-answer = répondre à une question : `réponse 1`
help-next = l’exercice suivant, sans finir celui-ci
help-previous = l’exercice précédent
help-lessons = la liste des leçons
help-go = aller à un exercice : `aller 3`, `aller diff`, `aller diff 2`
help-restart = remettre l’exercice à son point de départ
help-undo = défaire la dernière commande
help-explain = expliquer une ligne : `explique docker run -it alpine` ; seul : ce qui vient de s’afficher
help-xray = voir l’intérieur d’une image ou d’un conteneur : `coupe alpine`
help-free = jouer librement, sans exercice ; encore une fois pour revenir
help-language = changer de langue : `langue en`
help-help = cette liste
help-quit = fermer
command-missing = Il manque quelque chose : { $what }.
argument-go = un numéro d’exercice ou le nom d’une leçon, par exemple `aller 2` ou `aller diff`
argument-answer = votre réponse, par exemple `réponse 1`
argument-xray = le nom d’une image ou d’un conteneur, par exemple `coupe alpine`
language-unknown = Les langues du cours sont `fr` et `en`.
language-now = Le cours parle français.
hint-none = Il n’y a pas d’indice de plus.
hint-first = Indice { $number } sur { $total } :
solution-title = Une solution :
no-solution = Cet exercice n’a pas de solution à donner : c’est à vous de jouer.
no-such-step = Il n’y a pas d’exercice `{ $step }` dans cette leçon.
no-such-lesson = Il n’y a pas de leçon `{ $lesson }`. La liste : `leçons`.
first-step = Vous êtes déjà au premier exercice.
last-step = C’était le dernier exercice.
step-skipped = Exercice passé ; il reste à faire, `précédent` y revient.
restarted = Tout est remis au point de départ de l’exercice. Vos progrès restent.
undone = Dernière commande défaite : { $line }
undo-nothing = Il n’y a rien à défaire.
free-on = Jeu libre : tout est permis, rien n’est noté. `libre` encore une fois pour revenir à l’exercice.
free-off = Retour à l’exercice.
step-done = Exercice réussi.
lesson-finished = Leçon terminée.
question-how = Répondez avec `réponse` et le numéro de votre choix.
answer-right = Exact : { $answer }.
answer-wrong = Vous avez répondu : { $given }. Le moteur dit : { $answer }.
answer-unknown = Les réponses possibles : { $choices }.
not-a-question = Cet exercice ne pose pas de question.
stand-in = L’image `{ $reference }` vient de l’intérieur du programme : elle remplace celle du registre, pour travailler sans réseau. Elle se comporte comme elle, mais son contenu et son empreinte (*digest*) sont les nôtres.
unsupported = { $what } : Docker le connaît, ce moteur pas encore.
continued = (suite)
course-error = Le cours n’a pas pu répondre : { $reason }.
host-hand-lost = La ligne n’a pas pu être confiée à votre système : { $reason }.
