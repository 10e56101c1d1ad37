# Ce qui empêche un compte ordinaire de lancer des conteneurs, et les remèdes, du plus sûr au plus large.
# Les identifiants sont ceux de engine::launch::Obstacle::id.

diagnostic-apparmor =
    AppArmor refuse à ce programme les espaces de noms utilisateur (Ubuntu le fait depuis la version 23.10). Trois issues :
    1. Le mieux : faire connaître le programme à AppArmor. Enregistrez ceci, en tant qu’administrateur, dans { $profile-path } :

    { $profile }

    puis chargez-le : sudo apparmor_parser -r { $profile-path }
    2. Lancer le programme en tant que root : sudo { $program }
    3. Lever la restriction pour tous les programmes, jusqu’au prochain démarrage : sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
diagnostic-apparmor-without-profile =
    AppArmor refuse à ce programme les espaces de noms utilisateur (Ubuntu le fait depuis la version 23.10). Deux issues :
    1. Lancer le programme en tant que root : sudo { $program }
    2. Lever la restriction pour tous les programmes, jusqu’au prochain démarrage : sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
    Le chemin { $program } contient un caractère qu’un profil AppArmor ne permet pas : déplacé ailleurs, le programme pourrait avoir le sien.
diagnostic-switched-off =
    Cette distribution réserve les espaces de noms utilisateur à root. Deux issues :
    1. Les permettre, jusqu’au prochain démarrage : sudo sysctl -w kernel.unprivileged_userns_clone=1
    2. Lancer le programme en tant que root : sudo { $program }
diagnostic-none-left =
    Le noyau n’accorde plus d’espace de noms utilisateur : la limite user.max_user_namespaces vaut zéro ou elle est atteinte. Deux issues :
    1. La relever, jusqu’au prochain démarrage : sudo sysctl -w user.max_user_namespaces=15000
    2. Lancer le programme en tant que root : sudo { $program }
diagnostic-filtered =
    Un filtre d’appels système interdit de créer un espace de noms utilisateur : vous êtes sans doute déjà dans un conteneur. Deux issues :
    1. Lancer le programme hors du conteneur.
    2. Relancer ce conteneur avec un filtre plus large : docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …
diagnostic-not-in-kernel =
    Ce noyau ne connaît pas les espaces de noms utilisateur. Une issue : lancer le programme en tant que root, sudo { $program }
diagnostic-other =
    Le noyau a refusé un espace de noms utilisateur ({ $reason }). Une issue : lancer le programme en tant que root, sudo { $program }

diagnostic-subordinate-missing = Vos conteneurs n’ont qu’un seul identifiant, le vôtre : chown vers un autre utilisateur y est accepté, mais sans effet. Pour une plage entière : installez newuidmap (paquet uidmap ou shadow-utils), puis sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 { $user }
diagnostic-overlay-missing = Le noyau refuse ici les couches superposées (overlay) : { $reason }. Chaque conteneur reçoit une copie de son image : même résultat, plus lent et plus gros.

# Ce que dit « moussaillon diagnostic ».
diagnostic-title = Diagnostic de moussaillon { $version }
diagnostic-state-root = dossier d’état : { $path }
diagnostic-kernel = noyau : { $release }
diagnostic-tier-root = séparation des conteneurs : complète, vous êtes root
diagnostic-tier-subordinate = séparation des conteneurs : espace utilisateur, avec une plage d’identifiants subordonnés
diagnostic-tier-single = séparation des conteneurs : espace utilisateur, avec votre seul identifiant (chown vers un autre utilisateur : accepté, sans effet)
diagnostic-shell = lignes ordinaires confiées à : { $program }
diagnostic-container-ok = un conteneur d’essai a tourné et s’est terminé avec 0
diagnostic-container-failed = le conteneur d’essai a échoué : { $reason }
diagnostic-ready = Tout est prêt.
diagnostic-not-ready = Cette machine ne peut pas encore lancer de conteneur.
diagnostic-storage-overlay = fichiers des conteneurs : couches superposées (overlay)
diagnostic-storage-copy = fichiers des conteneurs : une copie de l’image pour chacun

# Ce que dit « moussaillon diagnostic --réparer ».
repair-nothing = Rien à réparer : aucun processus disparu n’a laissé de trace.
repair-process = processus sans utilité arrêté : { $name } (numéro { $pid })
repair-orphan = conteneur { $container } arrêté : son moniteur avait disparu
repair-status = conteneur { $container } : il passait pour démarré, il est maintenant noté comme terminé
repair-removed = conteneur { $container } supprimé : --rm l’avait promis, une coupure l’en avait empêché
repair-build-steps = { $count ->
    [one] { $count } conteneur d’une construction interrompue supprimé
   *[other] { $count } conteneurs de constructions interrompues supprimés
}
repair-name = nom { $name } libéré : plus aucun conteneur ne le porte
repair-staged = { $count ->
    [one] { $count } préparation inachevée supprimée
   *[other] { $count } préparations inachevées supprimées
}
repair-scraps = { $count ->
    [one] { $count } fichier à moitié écrit supprimé
   *[other] { $count } fichiers à moitié écrits supprimés
}
repair-mount = montage oublié retiré : { $path }
repair-group = groupe de contrôle vide supprimé : { $container }
repair-device = interface réseau sans issue supprimée : { $name }
repair-forwarding = la machine ne relaie plus de paquets : plus aucun conteneur n’en a besoin
repair-trials = { $count ->
    [one] { $count } essai interrompu supprimé
   *[other] { $count } essais interrompus supprimés
}
repair-shells = { $count ->
    [one] traces de { $count } session interrompue supprimées
   *[other] traces de { $count } sessions interrompues supprimées
}
repair-failed = { $what } résiste : { $reason }
