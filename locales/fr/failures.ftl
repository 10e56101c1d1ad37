# What an error of docker means, in one sentence, and what to do. Said by the course under Docker's own words.

failure-no-such-container = Aucun conteneur ne porte le nom ou l’identifiant `{ $name }`. La liste : `docker ps -a`.
failure-no-such-image = Aucune image ne s’appelle `{ $name }` sur votre machine. La liste : `docker images`.
failure-no-such-volume = Aucun volume ne s’appelle `{ $name }`.
failure-no-such-network = Aucun réseau ne s’appelle `{ $name }`. `docker network ls` montre ceux qui existent.
failure-ambiguous-prefix = Plusieurs identifiants commencent par `{ $name }` : donnez-en un caractère de plus.
failure-name-in-use = Deux conteneurs ne peuvent porter le même nom. Un autre s’appelle déjà `{ $name }` : choisissez un autre nom, ou supprimez-le avec `docker rm { $name }`.
failure-invalid-name = Un nom de conteneur ne contient que des lettres sans accent, des chiffres, `_`, `.` et `-`, commence par une lettre ou un chiffre et en compte au moins deux.
failure-remove-running = Un conteneur qui tourne ne se supprime pas : arrêtez-le d’abord avec `docker stop { $name }`, ou forcez avec `docker rm -f { $name }`.
failure-not-running = Le conteneur est arrêté, et cette commande s’adresse à un conteneur qui tourne. `docker start` le relance.
failure-paused = Le conteneur est en pause : ses processus sont figés. `docker unpause` les laisse repartir.
failure-invalid-signal = `{ $name }` n’est pas un signal. Les plus courants : `TERM`, `KILL`, `INT`, `HUP`.
failure-no-command = Ni l’image ni votre ligne ne disent quel programme lancer : ajoutez-le après le nom de l’image.
failure-pull-denied = Aucune image ne s’appelle `{ $name }` ici, et aucun registre n’a été joint. Vérifiez l’orthographe. Sans réseau, les images disponibles sont `alpine` et `hello-world`.
failure-manifest-unknown = L’image existe, mais pas sous cette étiquette (*tag*) : `{ $name }`.
failure-image-in-use = Cette image sert encore à un conteneur, arrêté peut-être. Supprimez le conteneur d’abord : `docker ps -a` les montre tous.
failure-reference = Ce n’est pas un nom d’image : il s’écrit en minuscules, `nom` ou `nom:étiquette`.
failure-command-not-found = Le conteneur a été créé, mais le programme `{ $name }` n’existe pas dans l’image. Code de sortie 127 : commande introuvable.
failure-command-not-executable = Le conteneur a été créé, mais `{ $name }` n’est pas un programme que l’on peut exécuter. Code de sortie 126.
failure-no-such-user = L’utilisateur ou le groupe `{ $name }` n’existe pas dans l’image (fichiers `/etc/passwd` et `/etc/group` de l’image).
failure-launch = Le conteneur n’a pas pu démarrer : le système a refusé une étape de sa préparation.
failure-port = Le port n’a pas pu être publié : deux programmes ne peuvent écouter sur le même. Choisissez un autre numéro avant les deux-points, ou arrêtez celui qui l’occupe (`docker ps` montre les ports des conteneurs). Le système a dit : { $reason }
failure-flags = Une option de la ligne n’est pas comprise.
failure-arguments = Il manque un argument à la commande, ou il y en a un de trop. `--help` à la fin de la ligne montre ce qu’elle attend.
failure-unknown-verb = Docker ne connaît pas cette commande. `docker --help` les montre toutes.
failure-suggestion = Vouliez-vous dire `{ $suggestion }` ?
failure-disk = Le système a refusé une lecture ou une écriture dans le dossier d’état : est-il plein, ou protégé ?
