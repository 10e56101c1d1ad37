# What keeps an ordinary account from starting containers, and the remedies, from the safest to the widest.
# The ids are those of engine::launch::Obstacle::id.

diagnostic-apparmor =
    AppArmor refuses user namespaces to this program (Ubuntu does since 23.10). Three ways out:
    1. Best: make the program known to AppArmor. As administrator, save this in { $profile-path }:

    { $profile }

    then load it: sudo apparmor_parser -r { $profile-path }
    2. Run the program as root: sudo { $program }
    3. Lift the restriction for every program, until the next boot: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
diagnostic-apparmor-without-profile =
    AppArmor refuses user namespaces to this program (Ubuntu does since 23.10). Two ways out:
    1. Run the program as root: sudo { $program }
    2. Lift the restriction for every program, until the next boot: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
    The path { $program } holds a character that an AppArmor profile does not allow: moved elsewhere, the program could have its own.
diagnostic-switched-off =
    This distribution keeps user namespaces for root. Two ways out:
    1. Allow them, until the next boot: sudo sysctl -w kernel.unprivileged_userns_clone=1
    2. Run the program as root: sudo { $program }
diagnostic-none-left =
    The kernel grants no more user namespaces: the limit user.max_user_namespaces is zero or reached. Two ways out:
    1. Raise it, until the next boot: sudo sysctl -w user.max_user_namespaces=15000
    2. Run the program as root: sudo { $program }
diagnostic-filtered =
    A system-call filter forbids making a user namespace: you are probably in a container already. Two ways out:
    1. Run the program outside the container.
    2. Start this container again with a wider filter: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …
diagnostic-not-in-kernel =
    This kernel does not know user namespaces. A way out: run the program as root, sudo { $program }
diagnostic-other =
    The kernel refused a user namespace ({ $reason }). A way out: run the program as root, sudo { $program }

diagnostic-subordinate-missing = Your containers have one id only, yours: chown to another user is accepted in them, without effect. For a whole range: install newuidmap (package uidmap or shadow-utils), then sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 { $user }
diagnostic-overlay-missing = The kernel refuses overlay mounts here: { $reason }. Each container gets a copy of its image: same result, slower and larger.

# What `moussaillon diagnostic` says.
diagnostic-title = Diagnosis of moussaillon { $version }
diagnostic-state-root = state directory: { $path }
diagnostic-kernel = kernel: { $release }
diagnostic-tier-root = separation of containers: complete, you are root
diagnostic-tier-subordinate = separation of containers: user namespace, with a range of subordinate ids
diagnostic-tier-single = separation of containers: user namespace, with your own id alone (chown to another user: accepted, without effect)
diagnostic-shell = ordinary lines go to: { $program }
diagnostic-container-ok = a trial container ran and ended with 0
diagnostic-container-failed = the trial container failed: { $reason }
diagnostic-ready = Everything is ready.
diagnostic-not-ready = This machine cannot run a container yet.
diagnostic-storage-overlay = files of containers: stacked layers (overlay)
diagnostic-storage-copy = files of containers: a copy of the image for each

# What `moussaillon doctor --repair` says.
repair-nothing = Nothing to repair: no process has died and left traces.
repair-process = ended a process that served nobody: { $name } (number { $pid })
repair-orphan = ended container { $container }: its monitor was gone
repair-status = container { $container }: it was said to run, it is now said to have ended
repair-removed = removed container { $container }: --rm had promised it, and was cut short
repair-build-steps = { $count ->
    [one] removed { $count } container of a build that was cut short
   *[other] removed { $count } containers of builds that were cut short
}
repair-name = freed the name { $name }: no container bears it any more
repair-staged = { $count ->
    [one] deleted { $count } unfinished preparation
   *[other] deleted { $count } unfinished preparations
}
repair-scraps = { $count ->
    [one] deleted { $count } file that was half written
   *[other] deleted { $count } files that were half written
}
repair-mount = took away a forgotten mount: { $path }
repair-group = removed an empty control group: { $container }
repair-device = removed a network device that led nowhere: { $name }
repair-forwarding = the machine no longer forwards packets: no container needs it any more
repair-trials = { $count ->
    [one] removed { $count } trial that was cut short
   *[other] removed { $count } trials that were cut short
}
repair-shells = { $count ->
    [one] removed the traces of { $count } shell that was cut short
   *[other] removed the traces of { $count } shells that were cut short
}
repair-failed = { $what } resists: { $reason }
