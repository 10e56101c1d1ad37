# What a check asks, what is seen instead, and what to do. Names, ids and paths are the learner’s own.

list-separator = {", "}

## What is asked

expected-container = a container: { $traits }
expected-no-container = no container: { $traits }
expected-containers-at-least = at least { $count ->
    [one] { $count } container
   *[other] { $count } containers
}: { $traits }
expected-containers-at-most = at most { $count ->
    [one] { $count } container
   *[other] { $count } containers
}: { $traits }
expected-image = an image: { $traits }
expected-no-image = no image: { $traits }
expected-file-present = `{ $path }` present { $place }
expected-file-absent = `{ $path }` absent { $place }
expected-file-text = `{ $path }` present { $place } and containing “{ $text }”
expected-layer-only = a last layer of `{ $image }` that holds only `{ $paths }`
expected-layers-shared = `{ $image }` built on all the layers of `{ $other }`
expected-layers = the image `{ $image }`
expected-logs = “{ $text }” in the logs of `{ $name }`
expected-process = the process `{ $command }` in `{ $name }`
expected-ran = the command `{ $command }` run, and successful

place-container = in the container `{ $name }`
place-image = in the image `{ $name }`
place-new = in a new container of `{ $name }`
place-volume = in the volume `{ $name }`
place-host = on your machine
place-bound = in “{ $name }”

trait-is = it is `{ $bound }`
trait-not = other than `{ $bound }`
trait-image = from the image `{ $image }`
trait-name = named `{ $wanted }`
trait-command = running `{ $command }`
trait-created-now = created during this step
trait-created-before = created before this step
trait-started-now = started during this step
trait-started-before = started before this step
trait-finished-now = ended during this step
trait-finished-before = ended before this step
trait-flag = { $how ->
    [without] without `{ $flag }`
   *[with] with `{ $flag }`
}
trait-env = with the variable `{ $pair }`
trait-label = with the label `{ $pair }`
trait-mount = with a mount on `{ $target }`
trait-network = on the network `{ $network }`
trait-status = { $status ->
    [created] created, not started yet
    [running] running
    [paused] paused
    [restarting] restarting
    [exited] exited
   *[other] in the state { $status }
}
trait-exit-code = exit code { $code }
trait-changed = { $kind ->
    [A] `{ $path }` added
    [D] `{ $path }` deleted
   *[C] `{ $path }` changed
}
trait-tag = `{ $tag }`
trait-origin = { $origin ->
    [build] made by `docker build`
    [commit] made by `docker commit`
   *[pull] pulled
}
trait-dangling = without a tag
trait-tagged = with a tag
trait-from = built on `{ $image }`
trait-layers = { $count ->
    [one] { $count } more layer
   *[other] { $count } more layers
}
trait-committed = made from the container `{ $bound }`
trait-history = “{ $text }” in its history
trait-smaller = smaller than `{ $image }`
trait-larger = larger than `{ $image }`
trait-setting = { $instruction } { $value }
trait-holds = holding `{ $path }`
trait-lacks = without `{ $path }`

## What is seen

observed-unbound = “{ $name }” does not exist yet, or no longer does
observed-no-container = no container
observed-container = the closest, `{ $name }` (`{ $id }`): { $traits }
observed-container-there = { $count ->
    [one] `{ $name }` is there
   *[other] there are { $count }, `{ $name }` among them
}
observed-containers = { $count ->
    [0] none
    [one] { $count } container
   *[other] { $count } containers
}
observed-no-image = no such image
observed-image = `{ $image }`: { $traits }
observed-image-there = `{ $image }` is there
observed-file-absent = `{ $path }` is not { $place }
observed-file-present = `{ $path }` is { $place }
observed-file-text = `{ $path }` is { $place }, but its content is different
observed-layer = it holds `{ $paths }`
observed-layers-shared = { $count ->
    [0] no layer in common
    [one] { $count } layer in common
   *[other] { $count } layers in common
}
observed-logs = the logs of `{ $name }` do not contain “{ $text }”
observed-no-logs = the logs of `{ $name }` are empty (“{ $text }” expected)
observed-no-process = `{ $name }` is not running (`{ $command }` expected)
observed-processes = what runs there: `{ $commands }`
observed-not-ran = not run yet (`{ $command }`)
observed-ran-failed = run, but it ended with code { $code }
observed-ran-flags = run, but with other options than `{ $command }`
observed-ran-other = run (`{ $command }`), but on something else

seen-other = it is another one
seen-same = it is the same one
seen-image = image `{ $image }`
seen-name = it is named `{ $name }`
seen-command = it runs `{ $command }`
seen-created = created at another time
seen-started = not started during the step
seen-finished = not ended during the step
seen-flag = { $how ->
    [without] without `{ $flag }`
   *[with] with `{ $flag }`
}
seen-no-env = `{ $variable }` does not have this value
seen-no-label = the label `{ $label }` does not have this value
seen-no-mount = no such mount on `{ $target }`
seen-network = network `{ $network }`
seen-status = { $status ->
    [created] created, never started
    [running] it is still running
    [paused] paused
    [restarting] it is restarting
    [exited] exited
   *[other] state { $status }
}
seen-exit-code = exit code { $code }
seen-no-exit-code = { $status ->
    [running] no exit code, it is still running
   *[other] no exit code
}
seen-changed = `docker diff` shows `{ $changes }`
seen-unchanged = `docker diff` shows nothing
seen-tag = `{ $tag }`
seen-origin = { $origin ->
    [build] made by `docker build`
    [commit] made by `docker commit`
    [pull] pulled
   *[none] of unknown origin
}
seen-tagged = it has a tag
seen-dangling = it has no tag
seen-not-from = not built on `{ $image }`
seen-layers = { $count ->
    [0] no more layer
    [one] { $count } more layer
   *[other] { $count } more layers
}
seen-not-committed = it does not come from this container
seen-no-history = no “{ $text }” in its history
seen-no-other = `{ $image }` does not exist, nothing to compare with
seen-size = { $size } bytes against { $other }
seen-setting = { $value ->
    [empty] another { $instruction }
   *[other] { $instruction } { $value }
}
seen-lacks = it does not hold `{ $path }`
seen-holds = it holds `{ $path }`

## What to do

next-unbound = first get the point before, the one of “{ $name }”
next-any-container = run a container
next-remove-container = remove `{ $name }` with `docker rm`
next-more-containers = run more of them
next-fewer-containers = remove those that are too many
next-is = work on the container `{ $bound }`
next-not = another one is needed: `docker run` makes a new one
next-image = run a container from `{ $image }`
next-name = give it the name `{ $wanted }` with --name
next-command = the program to run is `{ $command }`
next-created = a new one is needed, created now
next-started = start it
next-finished = stop it, or wait for it to end
next-flag = { $how ->
    [without] start again without `{ $flag }`
   *[with] start again with `{ $flag }`
}
next-env = pass the variable with -e `{ $pair }`
next-label = put the label with --label `{ $pair }`
next-mount = mount something on `{ $target }` with -v
next-network = choose the network with --network `{ $network }`
next-status = { $status ->
    [created] it must be created without being started: `docker create`
    [running] it must be running: start it, and let it live
    [exited] it must end: wait for it, or stop it
   *[other] bring it to the state { $status }
}
next-exit-code = the program must end with code { $code }
next-changed = { $kind ->
    [A] create `{ $path }` in the container
    [D] delete `{ $path }` in the container
   *[C] change `{ $path }` in the container
}
next-any-image = make an image
next-remove-image = remove `{ $image }` with `docker rmi`
next-tag = give it the name `{ $tag }`
next-not-image = another image than `{ $bound }` is needed
next-origin = { $origin ->
    [build] make it with `docker build`
    [commit] make it with `docker commit`
   *[pull] pull it with `docker pull`
}
next-created-image = make it now
next-dangling = take its tag away
next-tagged = give it a tag with -t or `docker tag`
next-from = start from the image `{ $image }`
next-layers = check the layers with `docker history`
next-committed = start from the container `{ $bound }`
next-history = look at `docker history`: “{ $text }” is missing there
next-smaller = keep only what is needed in the final image, to get below `{ $image }`
next-larger = add something, to get above `{ $image }`
next-setting = set { $instruction } to { $value }
next-holds = put `{ $path }` into it
next-lacks = `{ $path }` must not get into it
next-file-make = create `{ $path }` { $place }
next-file-absent = a place where `{ $path }` does not exist is needed; here, it is { $place }
next-file-text = `{ $path }` must contain “{ $text }” { $place }
next-layer-only = start from a new container, and make `{ $image }` again with nothing else
next-logs = wait, or run in `{ $name }` a program that writes “{ $text }”
next-process = run `{ $command }` in `{ $name }`
next-ran = run `{ $command }`

## Why it could not be told

why-engine = the engine could not answer: { $error }
why-nothing-bound = “{ $name }” does not exist, or no longer does
why-container-gone = the container “{ $name }” was removed: nothing tells any more whether the image comes from it
