# What an error of docker means, in one sentence, and what to do. Said by the course under Docker's own words.

failure-no-such-container = No container has the name or id `{ $name }`. The list: `docker ps -a`.
failure-no-such-image = No image is called `{ $name }` on your machine. The list: `docker images`.
failure-no-such-volume = No volume is called `{ $name }`.
failure-no-such-network = No network is called `{ $name }`. `docker network ls` shows those there are.
failure-ambiguous-prefix = Several ids begin with `{ $name }`: give one more character.
failure-name-in-use = Two containers cannot have the same name. Another one is called `{ $name }` already: choose another name, or remove it with `docker rm { $name }`.
failure-invalid-name = The name of a container holds only letters without accents, digits, `_`, `.` and `-`, begins with a letter or a digit and has at least two of them.
failure-remove-running = A running container is not removed: stop it first with `docker stop { $name }`, or force it with `docker rm -f { $name }`.
failure-not-running = The container is stopped, and this command is for a running one. `docker start` starts it again.
failure-paused = The container is paused: its processes stand still. `docker unpause` lets them go on.
failure-invalid-signal = `{ $name }` is not a signal. The usual ones: `TERM`, `KILL`, `INT`, `HUP`.
failure-no-command = Neither the image nor your line says which program to run: add it after the name of the image.
failure-pull-denied = No image is called `{ $name }` here, and no registry was reached. Check the spelling. Without a network, the images at hand are `alpine` and `hello-world`.
failure-manifest-unknown = The image exists, but not with this tag: `{ $name }`.
failure-image-in-use = A container still uses this image, perhaps a stopped one. Remove the container first: `docker ps -a` shows them all.
failure-reference = This is no name of an image: it is written in lower case, `name` or `name:tag`.
failure-command-not-found = The container was made, but the program `{ $name }` does not exist in the image. Exit code 127: command not found.
failure-command-not-executable = The container was made, but `{ $name }` is not a program that can be run. Exit code 126.
failure-no-such-user = The user or group `{ $name }` does not exist in the image (its files `/etc/passwd` and `/etc/group`).
failure-launch = The container could not start: the system refused one step of its preparation.
failure-port = The port could not be published: two programs cannot listen at the same one. Choose another number before the colon, or stop whoever has it (`docker ps` shows the ports of containers). The system said: { $reason }
failure-flags = A flag of the line is not understood.
failure-arguments = The command lacks an argument, or has one too many. `--help` at the end of the line shows what it takes.
failure-unknown-verb = Docker does not know this command. `docker --help` shows them all.
failure-suggestion = Did you mean `{ $suggestion }`?
failure-disk = The system refused to read or write in the state directory: is it full, or protected?
