# The build checks of a Dockerfile, each explained; why a build fails, and what to do.

lint-consistent-instruction-casing = Docker ne tient pas compte des majuscules dans les noms d’instructions, mais un fichier qui mélange `RUN` et `copy` se lit mal. Choisissez une seule écriture : l’usage est tout en majuscules.
lint-copy-ignored-file = `COPY` ou `ADD` demande un fichier que `.dockerignore` cache au constructeur : il ne le trouvera pas. Retirez le motif de `.dockerignore`, ajoutez une exception (`!fichier`), ou copiez autre chose.
lint-duplicate-stage-name = Deux étapes portent le même nom : `COPY --from` et `--target` ne peuvent plus désigner la première. Donnez à chacune un nom à elle.
lint-expose-invalid-format = `EXPOSE` annonce un port du conteneur, rien d’autre : l’adresse et le port de l’hôte se choisissent au lancement, avec `docker run -p`. Écrivez seulement `EXPOSE 80`.
lint-expose-proto-casing = Le protocole d’`EXPOSE` s’écrit en minuscules : `80/tcp`, `53/udp`.
lint-from-as-casing = `FROM … as` mélange majuscules et minuscules. Écrivez `FROM … AS` : c’est le même sens, et l’œil repère mieux les étapes.
lint-from-platform-flag-const-disallowed = Une plateforme écrite en dur dans `FROM --platform` empêche de construire l’image pour une autre machine. Préférez `--platform=$BUILDPLATFORM`, ou laissez `docker build --platform` décider.
lint-invalid-base-image-platform = L’image de base est faite pour un autre processeur que celui de la construction : ses programmes ne pourront pas s’exécuter. Téléchargez-la pour la bonne plateforme.
lint-invalid-default-arg-in-from = Sans `--build-arg`, ce `FROM` ne désigne aucune image. Donnez à l’`ARG` une valeur par défaut : `ARG VERSION=latest`.
lint-invalid-definition-description = Le commentaire juste au-dessus d’un `ARG` ou d’un `FROM` sert de description (`docker build --call=outline`) : il doit commencer par le nom. Si ce n’est pas une description, laissez une ligne vide après lui.
lint-json-args-recommended = En forme shell, `CMD` et `ENTRYPOINT` lancent `/bin/sh -c` : c’est le shell qui reçoit le signal de `docker stop`, votre programme ne l’entend pas et sera tué dix secondes plus tard. La forme JSON le lance directement : `CMD ["programme", "argument"]`.
lint-legacy-key-value-format = `ENV nom valeur` est l’ancienne écriture, qui n’accepte qu’une variable par ligne. Écrivez `ENV nom=valeur`.
lint-maintainer-deprecated = `MAINTAINER` est abandonné : une étiquette dit la même chose et se lit avec `docker inspect`. Écrivez `LABEL org.opencontainers.image.authors="vous"`.
lint-multiple-instructions-disallowed = Une étape n’a qu’un `CMD`, un `ENTRYPOINT` et un `HEALTHCHECK` : seul le dernier compte. Supprimez les autres, qui trompent le lecteur.
lint-no-empty-continuation = Une ligne finit par `\`, et la suivante est vide. Docker la saute encore, mais en fera un jour une erreur. Supprimez la ligne vide, ou mettez-y un commentaire.
lint-redundant-target-platform = `--platform=$TARGETPLATFORM` est déjà la règle : vous pouvez l’enlever.
lint-reserved-stage-name = `scratch` et `context` ont un sens pour Docker (l’image vide, le contexte) : une étape de ce nom serait confondue avec eux.
lint-secrets-used-in-arg-or-env = Ce que reçoit un `ARG` ou un `ENV` reste lisible dans l’image, par `docker history` ou `docker inspect`. Un secret se donne pour la durée d’un `RUN` : `RUN --mount=type=secret,id=jeton`, et `docker build --secret id=jeton,src=fichier`.
lint-stage-name-casing = Le nom d’une étape s’écrit en minuscules, comme Docker le lira : `FROM alpine AS atelier`.
lint-undefined-arg-in-from = `FROM` ne voit que les `ARG` écrits avant le premier `FROM`. Déclarez celui-ci en haut du fichier, ou corrigez son nom.
lint-undefined-var = Cette variable n’a pas de valeur ici : elle sera remplacée par rien. Une faute de frappe, ou un `ARG` d’une autre étape : chaque étape redéclare ceux dont elle se sert.
lint-workdir-relative-path = `WORKDIR` relatif part du dossier de travail de l’image de base, que son auteur peut changer un jour. Commencez par un chemin absolu : `WORKDIR /app`.

failure-build-context = `docker build` attend un contexte, et un seul : le dossier où `COPY` prend ses fichiers. Le dossier courant s’écrit `.`, à la fin de la ligne.
failure-build-command-not-found = La commande n’existe pas dans l’image à cette étape (code 127) : { $command }. Est-elle installée par un `RUN` précédent ? Est-elle bien écrite ?
failure-build-not-executable = Le programme existe, mais on ne peut pas l’exécuter (code 126) : { $command }. Un fichier copié garde ses droits : `COPY --chmod=755`, ou `RUN chmod +x`.
failure-build-killed = La commande a été tuée par le signal { $signal } (code 128 + { $signal }). Le signal 9 vient souvent d’un manque de mémoire.
failure-build-run = La commande de ce `RUN` s’est terminée en erreur (code { $code }), et Docker s’arrête à la première qui échoue. Ses dernières lignes, plus haut, disent pourquoi ; les étapes réussies sont gardées en cache.
failure-build-source-missing = Rien ne s’appelle `{ $path }` dans ce qui est copié. Les chemins de `COPY` et d’`ADD` partent du contexte (le dossier donné à `docker build`), jamais du dossier du Dockerfile.
failure-build-source-outside = `{ $path }` sort du contexte : le constructeur ne voit que le dossier donné à `docker build`. Donnez-lui un dossier plus haut, ou ajoutez `--build-context`.
failure-build-no-dockerfile = Il n’y a pas de fichier `{ $name }` dans le contexte. Son nom s’écrit `Dockerfile`, sans extension ; `-f` en désigne un autre.
failure-build-empty = Le Dockerfile est vide : il lui faut au moins un `FROM`.
failure-build-no-from = Un Dockerfile commence par `FROM` : seuls `ARG`, les commentaires et les directives peuvent le précéder.
failure-build-syntax = Cette ligne du Dockerfile ne se lit pas. Vérifiez le nom de l’instruction, le nombre de mots, les guillemets, et le `\` en fin de ligne quand elle continue.
failure-build-no-target = Aucune étape ne s’appelle `{ $name }` : les noms sont ceux d’après `AS`. La liste : `docker build --call=targets .`
failure-build-no-base = L’image de base `{ $name }` n’est ni ici, ni dans un registre que l’on peut joindre. Vérifiez son nom et son étiquette (*tag*).
failure-build-variable = Une variable de cette ligne ne peut pas être remplacée : accolade ou guillemet qui manque, ou valeur obligatoire (`:?`) absente.
failure-build-no-secret = Ce `RUN` exige le secret `{ $name }` : donnez-le avec `docker build --secret id={ $name },src=FICHIER`.
failure-build-download = Cette adresse n’a pas répondu comme attendu : { $url }. Une construction qui télécharge dépend du réseau : copiez plutôt le fichier dans le contexte.
failure-build-checksum = Le fichier téléchargé n’est pas celui que `--checksum` annonce : il a changé, ou quelqu’un l’a remplacé. Ne l’utilisez pas sans comprendre pourquoi.
failure-build-lint = Le Dockerfile demande que les avertissements soient des erreurs (`# check=error=true`). `explique` suivi du nom d’une règle dit pourquoi elle existe.
failure-build-circular = L’étape `{ $name }` a besoin d’elle-même. `COPY --from` ne peut nommer qu’une étape écrite plus haut.

explain-lint = Règle des vérifications de construction. La page de Docker : { $address }
