# What a check asks, what is seen instead, and what to do. Names, ids and paths are the learner’s own.

list-separator = {", "}

## What is asked

expected-container = un conteneur : { $traits }
expected-no-container = aucun conteneur : { $traits }
expected-containers-at-least = au moins { $count ->
    [one] { $count } conteneur
   *[other] { $count } conteneurs
} : { $traits }
expected-containers-at-most = au plus { $count ->
    [one] { $count } conteneur
   *[other] { $count } conteneurs
} : { $traits }
expected-image = une image : { $traits }
expected-no-image = aucune image : { $traits }
expected-file-present = `{ $path }` présent { $place }
expected-file-absent = `{ $path }` absent { $place }
expected-file-text = `{ $path }` présent { $place } et contenant « { $text } »
expected-layer-only = une dernière couche de `{ $image }` qui ne contient que `{ $paths }`
expected-layers-shared = `{ $image }` construite sur toutes les couches de `{ $other }`
expected-layers = l’image `{ $image }`
expected-logs = « { $text } » dans les journaux de `{ $name }`
expected-process = le processus `{ $command }` dans `{ $name }`
expected-ran = la commande `{ $command }` lancée, et réussie

place-container = dans le conteneur `{ $name }`
place-image = dans l’image `{ $name }`
place-new = dans un conteneur neuf de `{ $name }`
place-volume = dans le volume `{ $name }`
place-host = sur votre machine
place-bound = dans « { $name } »

trait-is = c’est `{ $bound }`
trait-not = autre que `{ $bound }`
trait-image = de l’image `{ $image }`
trait-name = nommé `{ $wanted }`
trait-command = lançant `{ $command }`
trait-created-now = créé pendant cet exercice
trait-created-before = créé avant cet exercice
trait-started-now = démarré pendant cet exercice
trait-started-before = démarré avant cet exercice
trait-finished-now = terminé pendant cet exercice
trait-finished-before = terminé avant cet exercice
trait-flag = { $how ->
    [without] sans `{ $flag }`
   *[with] avec `{ $flag }`
}
trait-env = avec la variable `{ $pair }`
trait-label = avec le label `{ $pair }`
trait-mount = avec un montage sur `{ $target }`
trait-network = sur le réseau `{ $network }`
trait-status = { $status ->
    [created] créé, pas encore démarré
    [running] en marche
    [paused] en pause
    [restarting] en cours de redémarrage
    [exited] terminé
   *[other] dans l’état { $status }
}
trait-exit-code = code de sortie { $code }
trait-changed = { $kind ->
    [A] `{ $path }` ajouté
    [D] `{ $path }` supprimé
   *[C] `{ $path }` modifié
}
trait-tag = `{ $tag }`
trait-origin = { $origin ->
    [build] faite par `docker build`
    [commit] faite par `docker commit`
   *[pull] téléchargée
}
trait-dangling = sans étiquette
trait-tagged = avec une étiquette
trait-from = construite sur `{ $image }`
trait-layers = { $count ->
    [one] { $count } couche en plus
   *[other] { $count } couches en plus
}
trait-committed = faite du conteneur `{ $bound }`
trait-history = « { $text } » dans son historique
trait-smaller = plus petite que `{ $image }`
trait-larger = plus grosse que `{ $image }`
trait-setting = { $instruction } { $value }
trait-holds = contenant `{ $path }`
trait-lacks = sans `{ $path }`

## What is seen

observed-unbound = « { $name } » n’existe pas encore, ou n’existe plus
observed-no-container = aucun conteneur
observed-container = le plus proche, `{ $name }` (`{ $id }`) : { $traits }
observed-container-there = { $count ->
    [one] `{ $name }` est là
   *[other] il y en a { $count }, dont `{ $name }`
}
observed-containers = { $count ->
    [0] aucun
    [one] { $count } conteneur
   *[other] { $count } conteneurs
}
observed-no-image = aucune image de ce genre
observed-image = `{ $image }` : { $traits }
observed-image-there = `{ $image }` est là
observed-file-absent = `{ $path }` n’est pas { $place }
observed-file-present = `{ $path }` est { $place }
observed-file-text = `{ $path }` est { $place }, mais son contenu est différent
observed-layer = elle contient `{ $paths }`
observed-layers-shared = { $count ->
    [0] aucune couche commune
    [one] { $count } couche commune
   *[other] { $count } couches communes
}
observed-logs = les journaux de `{ $name }` ne contiennent pas « { $text } »
observed-no-logs = les journaux de `{ $name }` sont vides (« { $text } » attendu)
observed-no-process = `{ $name }` ne tourne pas (`{ $command }` attendu)
observed-processes = il y tourne : `{ $commands }`
observed-not-ran = pas encore lancée (`{ $command }`)
observed-ran-failed = lancée, mais terminée avec le code { $code }
observed-ran-flags = lancée, mais avec d’autres options que `{ $command }`
observed-ran-other = lancée (`{ $command }`), mais sur un autre objet

seen-other = c’en est un autre
seen-same = c’est le même
seen-image = image `{ $image }`
seen-name = il se nomme `{ $name }`
seen-command = il lance `{ $command }`
seen-created = créé à un autre moment
seen-started = pas démarré pendant l’exercice
seen-finished = pas terminé pendant l’exercice
seen-flag = { $how ->
    [without] sans `{ $flag }`
   *[with] avec `{ $flag }`
}
seen-no-env = `{ $variable }` n’a pas cette valeur
seen-no-label = le label `{ $label }` n’a pas cette valeur
seen-no-mount = pas ce montage sur `{ $target }`
seen-network = réseau `{ $network }`
seen-status = { $status ->
    [created] créé, jamais démarré
    [running] il tourne encore
    [paused] en pause
    [restarting] il redémarre
    [exited] terminé
   *[other] état { $status }
}
seen-exit-code = code de sortie { $code }
seen-no-exit-code = { $status ->
    [running] pas de code de sortie, il tourne encore
   *[other] pas de code de sortie
}
seen-changed = `docker diff` montre `{ $changes }`
seen-unchanged = `docker diff` ne montre rien
seen-tag = `{ $tag }`
seen-origin = { $origin ->
    [build] faite par `docker build`
    [commit] faite par `docker commit`
    [pull] téléchargée
   *[none] d’origine inconnue
}
seen-tagged = elle a une étiquette
seen-dangling = elle n’a pas d’étiquette
seen-not-from = pas construite sur `{ $image }`
seen-layers = { $count ->
    [0] aucune couche en plus
    [one] { $count } couche en plus
   *[other] { $count } couches en plus
}
seen-not-committed = elle ne vient pas de ce conteneur
seen-no-history = pas de « { $text } » dans son historique
seen-no-other = `{ $image }` n’existe pas, rien à comparer
seen-size = { $size } octets contre { $other }
seen-setting = { $value ->
    [empty] { $instruction } différent
   *[other] { $instruction } { $value }
}
seen-lacks = elle ne contient pas `{ $path }`
seen-holds = elle contient `{ $path }`

## What to do

next-unbound = réussissez d’abord le point précédent, celui de « { $name } »
next-any-container = lancez un conteneur
next-remove-container = supprimez `{ $name }` avec `docker rm`
next-more-containers = lancez-en d’autres
next-fewer-containers = supprimez ceux qui sont en trop
next-is = travaillez sur le conteneur `{ $bound }`
next-not = il en faut un autre : `docker run` en crée un neuf
next-image = lancez un conteneur de `{ $image }`
next-name = donnez-lui le nom `{ $wanted }` avec --name
next-command = le programme à lancer est `{ $command }`
next-created = il en faut un neuf, créé maintenant
next-started = démarrez-le
next-finished = arrêtez-le, ou attendez sa fin
next-flag = { $how ->
    [without] recommencez sans `{ $flag }`
   *[with] recommencez avec `{ $flag }`
}
next-env = passez la variable avec -e `{ $pair }`
next-label = posez le label avec --label `{ $pair }`
next-mount = montez quelque chose sur `{ $target }` avec -v
next-network = choisissez le réseau avec --network `{ $network }`
next-status = { $status ->
    [created] il doit être créé sans être démarré : `docker create`
    [running] il doit tourner : lancez-le, et laissez-le vivre
    [exited] il doit se terminer : attendez sa fin, ou arrêtez-le
   *[other] mettez-le dans l’état { $status }
}
next-exit-code = le programme doit finir avec le code { $code }
next-changed = { $kind ->
    [A] créez `{ $path }` dans le conteneur
    [D] supprimez `{ $path }` dans le conteneur
   *[C] modifiez `{ $path }` dans le conteneur
}
next-any-image = fabriquez une image
next-remove-image = supprimez `{ $image }` avec `docker rmi`
next-tag = donnez-lui le nom `{ $tag }`
next-not-image = il faut une autre image que `{ $bound }`
next-origin = { $origin ->
    [build] fabriquez-la avec `docker build`
    [commit] fabriquez-la avec `docker commit`
   *[pull] téléchargez-la avec `docker pull`
}
next-created-image = fabriquez-la maintenant
next-dangling = retirez-lui son étiquette
next-tagged = donnez-lui une étiquette avec -t ou `docker tag`
next-from = partez de l’image `{ $image }`
next-layers = vérifiez les couches avec `docker history`
next-committed = partez du conteneur `{ $bound }`
next-history = regardez `docker history` : il y manque « { $text } »
next-smaller = ne gardez dans l’image finale que le nécessaire, pour passer sous `{ $image }`
next-larger = ajoutez quelque chose, pour dépasser `{ $image }`
next-setting = réglez { $instruction } sur { $value }
next-holds = faites-y entrer `{ $path }`
next-lacks = `{ $path }` ne doit pas y entrer
next-file-make = créez `{ $path }` { $place }
next-file-absent = il faut un endroit où `{ $path }` n’existe pas ; ici, il est { $place }
next-file-text = `{ $path }` doit contenir « { $text } » { $place }
next-layer-only = repartez d’un conteneur neuf, et refaites `{ $image }` sans rien d’autre
next-logs = attendez, ou lancez dans `{ $name }` un programme qui écrit « { $text } »
next-process = lancez `{ $command }` dans `{ $name }`
next-ran = lancez `{ $command }`

## Why it could not be told

why-engine = le moteur n’a pas pu répondre : { $error }
why-nothing-bound = « { $name } » n’existe pas, ou n’existe plus
why-container-gone = le conteneur « { $name } » a été supprimé : plus rien ne dit si l’image en vient
