# The program itself: its options, its help, what stops it before it starts.

usage =
    Moussaillon: learn Docker by typing real commands.

    moussaillon                       opens the course (reads lines from its input when it is not a terminal)
    moussaillon docker ARGS…          runs a docker command, as if the program were called docker
    moussaillon lessons               lists the lessons and where you are
    moussaillon check LESSON          says what holds and what is missing; exit code 0 when all holds
    moussaillon validate [DIR]        proves the lessons on the real engine
    moussaillon play LESSON --solution   runs the solution of a lesson
    moussaillon pack create FILE [LESSON…]   puts lessons and their images into one file (--image NAME: one more)
    moussaillon pack install FILE            makes them usable without a network (pack verify FILE: without installing)
    moussaillon doctor [--repair]     says what this machine allows; --repair clears what a power cut left
    moussaillon registry [--address 127.0.0.1:5000] [--allow-deletion]
                                      serves the local images as a registry, and takes what is pushed to it
    moussaillon help                  prints this text

    --lang fr|en        language of the course
    --state DIR         where images, containers and progress live (also: MOUSSAILLON_ETAT)
    --format json       an answer for a program (lessons, check, validate, doctor)
    --plain             no colour, no drawing, 80 columns
    --version           version of the program
version = moussaillon { $version }
option-unknown = Unknown option: { $option }.
command-unknown = Unknown command: { $command }.
option-needs-value = The option { $option } needs a value.
option-bad-value = { $value } does not suit { $option }; it takes one of: { $choices }.
argument-missing = The command { $command } needs { $what }.
argument-unexpected = One argument too many: { $argument }.
argument-lesson = the name of a lesson
play-needs-solution = The play command runs a solution: add --solution.
did-you-mean = Did you mean { $suggestion }?
see-help = The list of options: moussaillon help.
no-home = Where should your images and your progress live? Neither HOME nor XDG_DATA_HOME is set: name a directory with --state DIR.
state-unusable = The state directory { $path } cannot be used: { $reason }.
problem-bad-settings = The settings in { $place } cannot be read: { $reason }. Mend them or take them away.
lesson-unknown = No lesson is called { $lesson }.
lesson-list-hint = The list: moussaillon lessons.
catalogue-broken = The lessons could not be read: { $reason }.
internal-io = { $what }: { $reason }.
also-in-english = En français : tapez langue fr.

## Diagnostic


## Lessons without the shell

mark-not-judged = cannot be judged from the state
validate-lesson = lesson { $lesson } …
validate-proved = { $lesson }: { $count ->
    [one] { $count } proof made
   *[other] { $count } proofs made
}
validate-sound = All is proved.
validate-faulty = { $count ->
    [one] { $count } fault.
   *[other] { $count } faults.
}

## The registry in the box

registry-open = Registry open at http://{ $address } (Ctrl-C closes it).
registry-no-accounts = This registry has no accounts: whoever reaches this address can read and write.
registry-pulled = read: { $name }
registry-pushed = received: { $name }
registry-refused = The registry cannot open: { $reason }.
registry-address-taken = The address { $address } is taken: another program listens there. Choose another one, for instance `--address { $other }`.
registry-already-served = Another registry serves these images already: close it first, or name another directory with `--state`.

## Course packs

argument-pack = an action and a file (pack create FILE, pack install FILE, pack verify FILE)
pack-bringing = pulling { $image } …
pack-made = Pack { $name } written.
pack-installed = Pack { $name } installed: its lessons and images work without a network.
pack-verified = Pack { $name } is intact.
pack-holds =
    lessons:     { $lessons }
    images:      { $images }
    size:        { $size } MB
    fingerprint: { $fingerprint } (compare it with the one its maker gives)
pack-io = { $file }: { $reason }.
pack-is-none = { $file } is not a course pack: { $reason }.
pack-file-unlisted = The pack { $file } holds { $inside }, which its contents do not announce: do not use it.
pack-file-changed = The pack { $file } is damaged: { $inside } is not what was put in any more. Copy it again.
pack-file-missing = The pack { $file } is incomplete: { $inside } is missing. Copy it again.
pack-file-outside = The pack { $file } wants to write outside its directory ({ $inside }): do not use it.
pack-image = The image { $image } could not be had: { $reason }.
