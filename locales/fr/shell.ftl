# What the shell says around the commands.

## The goal line and the checks

goal-met = { $met } acquis sur { $checks }
check-met = acquis :
check-unmet = manque :
check-unknown = non vérifié :
check-observed = observé :
check-next = ensuite :

## The table of lessons

lesson-minutes = { $minutes } min
lesson-untouched = à faire
lesson-started = { $done } sur { $steps }
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
hint-question = Une question n’a pas d’indice : choisissez, le moteur dira. Une réponse fausse ne bloque rien.
hint-first = Indice { $number } sur { $total } :
solution-title = Une solution :
no-solution = Cet exercice n’a pas de solution à donner : c’est à vous de jouer.
sandbox-not-empty = Il y avait déjà ici des conteneurs ou des images : ils y restent pour cet exercice. `recommencer`, `aller` ou la leçon suivante partent d’un bac à sable vide et les suppriment ; pour les garder, ouvrez le cours avec `--état` et un autre dossier.
step-skipped = Exercice passé ; il reste à faire, `précédent` y revient.
restarted = Tout est remis au point de départ de l’exercice. Vos progrès restent.
undone = Dernière commande défaite : { $line }
free-on = Jeu libre : tout est permis, rien n’est noté. `libre` encore une fois pour revenir à l’exercice.
free-off = Retour à l’exercice.
step-done = Exercice réussi.
lesson-finished = Leçon terminée.
question-how = Répondez avec `réponse` et le numéro de votre choix.
answer-right = Exact : { $answer }
stand-in = L’image `{ $reference }` vient de l’intérieur du programme : elle remplace celle du registre, pour travailler sans réseau. Elle se comporte comme elle, mais son contenu et son empreinte (*digest*) sont les nôtres.
paused-by-signals = Aucun groupe de contrôle (*cgroup*) n’est à nous sur cette machine : `docker pause` a envoyé SIGSTOP à chaque processus du conteneur. Ils sont bien à l’arrêt, mais un programme du conteneur peut s’en apercevoir.
sudo-not-needed = `sudo` n’est pas utile ici : le moteur du cours obéit à votre compte. La commande est lancée sans lui.
removed-by-itself = `--rm` a supprimé le conteneur dès sa fin : il n’en reste rien à juger. Relancez sans `--rm`.
host-hand-lost = La ligne n’a pas pu être confiée à votre système : { $reason }.
answer-wrong = Le moteur dit autre chose que « { $answer } ». Regardez de plus près, puis répondez encore.
hint-last = C’était le dernier indice ; il reste `solution`.
goal-free = jeu libre · `libre` pour revenir à l’exercice
goal-lesson-end = leçon terminée ; `suivant` ouvre la prochaine.

## explique

explain-nothing = Cette ligne n’est pas une commande docker que l’on puisse lire.
explain-no-last = Aucune commande docker n’a encore été lancée ici.
explain-image = L’image `{ $name }` : le modèle.
explain-container = Le conteneur `{ $name }`, par son nom ou le début de son identifiant.
explain-network = Le réseau `{ $name }`, par son nom ou le début de son identifiant.
explain-object = Un conteneur ou une image.
explain-inner-command = Le programme à lancer *dans* le conteneur, avec ses arguments : ce qui suit n’est plus pour docker.
explain-path = Un chemin de votre machine.
explain-argument = Un argument de la commande.
explain-image-missing = L’image n’était pas sur cette machine : Docker va la chercher. Ce n’est pas une erreur.
explain-default-tag = Sans étiquette (*tag*), Docker suppose `latest`.
explain-warning = Docker prévient, et continue.
explain-pull-started = Docker télécharge l’image, une ligne par couche (*layer*).
explain-layer-exists = Une couche était déjà là : elle n’est pas téléchargée deux fois.
explain-layer-complete = Chaque couche a été reçue, vérifiée et dépliée.
explain-pulled = L’image est complète. Son empreinte (*digest*) est calculée sur tout son contenu : un octet différent, une autre empreinte.
explain-up-to-date = L’image était déjà à jour.
explain-log = Ces lignes sont ce que le programme du conteneur a écrit.
explain-exit-zero = Code de sortie 0 : tout s’est bien passé.
explain-exit-refused = Code de sortie 125 : Docker lui-même a refusé, le programme n’a pas été lancé.
explain-exit-not-executable = Code de sortie 126 : le programme existe mais ne peut pas être exécuté.
explain-exit-not-found = Code de sortie 127 : le programme n’existe pas dans le conteneur.
explain-exit-signal = Code de sortie { $code } : le programme a été tué par le signal { $signal } (128 + { $signal }).
explain-exit-other = Code de sortie { $code } : c’est celui du programme ; 0 veut dire « sans erreur », le reste dépend de lui.
explain-volume = Le volume `{ $name }`.

## coupe

xray-nothing = Ni conteneur ni image ne s’appelle `{ $name }`.
xray-image = Image { $name } · { $id } · { $size } · { $count ->
    [one] { $count } couche
   *[other] { $count } couches
}
xray-layer = couche { $number } · { $name } · { $size } · lecture seule
xray-shared = { $count ->
    [one] partagée avec une autre image
   *[other] partagée avec { $count } autres images
}
xray-more = { $count ->
    [one] … et un autre
   *[other] … et { $count } autres
}
xray-container = Conteneur { $name } · { $id } · { $status }
xray-process = processus 1 du conteneur · { $pid } vu de votre machine
xray-own-namespaces = espaces de noms à lui : { $list }
xray-shared-namespaces = partagés avec le programme : { $list }
xray-mounts = montages : { $list }
xray-control-group = groupe de contrôle : { $name }
xray-writable = couche inscriptible · { $size }
xray-empty = (vide : rien n’a été écrit)
xray-image-gone = L’image dont il vient n’est plus là.
