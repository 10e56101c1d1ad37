# The program itself: its options, its help, what stops it before it starts.

usage =
    Moussaillon : apprendre Docker en tapant de vraies commandes.

    moussaillon                       ouvre le cours (lit les lignes de son entrée si ce n’est pas un terminal)
    moussaillon docker ARGS…          exécute une commande docker, comme si le programme s’appelait docker
    moussaillon leçons                donne la liste des leçons et où vous en êtes
    moussaillon vérifier LEÇON        dit ce qui est acquis et ce qui manque ; code 0 si tout est acquis
    moussaillon valider [DOSSIER]     prouve les leçons sur le vrai moteur
    moussaillon jouer LEÇON --solution   déroule la solution d’une leçon
    moussaillon paquet créer FICHIER [LEÇON…]   met des leçons et leurs images dans un fichier (--image NOM : une de plus)
    moussaillon paquet installer FICHIER        les rend utilisables sans réseau (paquet vérifier FICHIER : sans installer)
    moussaillon diagnostic [--réparer]   dit ce que cette machine permet ; --réparer efface ce qu’une coupure a laissé
    moussaillon registre [--adresse 127.0.0.1:5000] [--autoriser-suppression]
                                      sert les images locales comme un registre, et reçoit celles qu’on y pousse
    moussaillon aide                  affiche ce texte

    --lang fr|en        langue du cours
    --état DOSSIER      où vivent images, conteneurs et progrès (aussi : MOUSSAILLON_ETAT)
    --format json       réponse pour un programme (leçons, vérifier, valider, diagnostic)
    --plain             sans couleur ni dessin, 80 colonnes
    --version           version du programme
version = moussaillon { $version }
option-unknown = Option inconnue : { $option }.
command-unknown = Commande inconnue : { $command }.
option-needs-value = L’option { $option } attend une valeur.
option-bad-value = { $value } ne convient pas à { $option } ; valeurs possibles : { $choices }.
argument-missing = La commande { $command } attend { $what }.
argument-unexpected = Argument de trop : { $argument }.
argument-lesson = le nom d’une leçon
play-needs-solution = La commande jouer déroule une solution : ajoutez --solution.
did-you-mean = Vouliez-vous dire { $suggestion } ?
see-help = La liste des options : moussaillon aide.
no-home = Où ranger vos images et vos progrès ? Ni HOME ni XDG_DATA_HOME ne sont définis : indiquez un dossier avec --état DOSSIER.
state-unusable = Le dossier d’état { $path } n’est pas utilisable : { $reason }.
problem-bad-settings = Les réglages de { $place } sont illisibles : { $reason }. Corrigez-les ou enlevez-les.
lesson-unknown = Aucune leçon ne s’appelle { $lesson }.
lesson-list-hint = La liste : moussaillon leçons.
catalogue-broken = Les leçons n’ont pas pu être lues : { $reason }.
internal-io = { $what } : { $reason }.
also-in-english = In English: type langue en.

## Diagnostic


## Lessons without the shell

mark-not-judged = ne se juge pas sur l’état
validate-lesson = leçon { $lesson } …
validate-proved = { $lesson } : { $count ->
    [one] { $count } preuve faite
   *[other] { $count } preuves faites
}
validate-sound = Tout est prouvé.
validate-faulty = { $count ->
    [one] { $count } défaut.
   *[other] { $count } défauts.
}

## The registry in the box

registry-open = Registre ouvert sur http://{ $address } (Ctrl-C pour le fermer).
registry-no-accounts = Ce registre n’a pas de comptes : quiconque atteint cette adresse peut y lire et y écrire.
registry-pulled = lu : { $name }
registry-pushed = reçu : { $name }
registry-refused = Le registre ne peut pas ouvrir : { $reason }.
registry-address-taken = L’adresse { $address } est déjà prise : un autre programme y écoute. Choisissez-en une autre, par exemple `--adresse { $other }`.
registry-already-served = Un autre registre sert déjà ces images : fermez-le d’abord, ou désignez un autre dossier avec `--état`.

## Course packs

argument-pack = une action et un fichier (paquet créer FICHIER, paquet installer FICHIER, paquet vérifier FICHIER)
pack-bringing = téléchargement de { $image } …
pack-made = Paquet { $name } écrit.
pack-installed = Paquet { $name } installé : ses leçons et ses images s’utilisent sans réseau.
pack-verified = Paquet { $name } intact.
pack-holds =
    leçons    : { $lessons }
    images    : { $images }
    taille    : { $size } Mo
    empreinte : { $fingerprint } (à comparer avec celle que donne l’auteur)
pack-io = { $file } : { $reason }.
pack-is-none = { $file } n’est pas un paquet de cours : { $reason }.
pack-file-unlisted = Le paquet { $file } contient { $inside }, que son sommaire n’annonce pas : ne l’utilisez pas.
pack-file-changed = Le paquet { $file } est abîmé : { $inside } n’est plus ce qui a été mis dedans. Copiez-le à nouveau.
pack-file-missing = Le paquet { $file } est incomplet : il y manque { $inside }. Copiez-le à nouveau.
pack-file-outside = Le paquet { $file } veut écrire hors de son dossier ({ $inside }) : ne l’utilisez pas.
pack-image = L’image { $image } n’a pas pu être obtenue : { $reason }.
