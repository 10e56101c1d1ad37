# What the shell says around the commands.

## The goal line and the checks

goal-met = { $met } of { $checks } done
check-met = done:
check-unmet = missing:
check-unknown = not checked:
check-observed = observed:
check-next = next:

## The table of lessons

lesson-minutes = { $minutes } min
lesson-untouched = to do
lesson-started = { $done } of { $steps }
lesson-done = done

## Opening and closing

welcome = **Moussaillon**: Docker, by typing real commands. `help` shows what the course understands; `quit` closes, your progress stays.
welcome-back = **Moussaillon**: you are back where you were. `help` shows what the course understands.
welcome-english = *En français : tapez* `langue fr`*.*
goodbye = See you soon. Your progress is kept; `moussaillon` will bring you back here.
quit-again = Ctrl-D once more, or `quit`, to close.
course-finished = All lessons are done. `lessons` shows them, `go` returns to one, `play` lets you play.

## Course commands

help-title = What the course understands
help-docker = any docker command, as on a real Docker
help-host = any other line is run by your system
help-hint = a hint, from the lightest to the most precise
help-solution = the solution of the exercise
help-answer = answer a question: `answer 1`
help-next = the next exercise, without finishing this one
help-previous = the previous exercise
help-lessons = the list of lessons
help-go = go to an exercise: `go 3`, `go diff`, `go diff 2`
help-restart = bring the exercise back to its start
help-undo = undo the last command
help-explain = explain a line: `explain docker run -it alpine`; alone: what was just shown
help-xray = see inside an image or a container: `xray alpine`
help-free = play freely, without an exercise; once more to come back
help-language = change the language: `language fr`
help-help = this list
help-quit = close
command-missing = Something is missing: { $what }.
argument-go = the number of an exercise or the name of a lesson, such as `go 2` or `go diff`
argument-answer = your answer, such as `answer 1`
argument-xray = the name of an image or a container, such as `xray alpine`
language-unknown = The languages of the course are `fr` and `en`.
language-now = The course speaks English.
hint-none = There is no further hint.
hint-question = A question has no hint: choose, and the engine will tell. A wrong answer blocks nothing.
hint-first = Hint { $number } of { $total }:
solution-title = A solution:
no-solution = This exercise has no solution to give: it is yours to play.
sandbox-not-empty = There already were containers or images here: they stay for this exercise. `reset`, `go` or the next lesson begin with an empty sandbox and remove them; to keep them, open the course with `--state` and another directory.
step-skipped = Exercise skipped; it remains to be done, `previous` returns to it.
restarted = Everything is back at the start of the exercise. Your progress stays.
undone = Last command undone: { $line }
free-on = Free play: everything is allowed, nothing is noted. `play` once more to return to the exercise.
free-off = Back to the exercise.
step-done = Exercise done.
lesson-finished = Lesson finished.
question-how = Answer with `answer` and the number of your choice.
answer-right = Right: { $answer }
stand-in = The image `{ $reference }` comes from inside this program: it stands in for the registry's, so that you can work without a network. It behaves alike, but its content and its digest are ours.
paused-by-signals = No control group (cgroup) is ours on this machine: `docker pause` has sent SIGSTOP to each process of the container. They do stand still, but a program of the container can notice.
sudo-not-needed = `sudo` is not needed here: the engine of the course obeys your account. The command is run without it.
removed-by-itself = `--rm` removed the container as soon as it ended: nothing is left to judge. Run it again without `--rm`.
host-hand-lost = The line could not be handed to your system: { $reason }.
answer-wrong = The engine does not say “{ $answer }”. Look closer, then answer again.
hint-last = That was the last hint; `solution` is left.
goal-free = free play · `play` to return to the exercise
goal-lesson-end = lesson finished; `next` opens the next one.

## explain

explain-nothing = This line is no docker command that can be read.
explain-no-last = No docker command has been run here yet.
explain-image = The image `{ $name }`: the model.
explain-container = The container `{ $name }`, by its name or the beginning of its id.
explain-network = The network `{ $name }`, by its name or the beginning of its id.
explain-object = A container or an image.
explain-inner-command = The program to run *inside* the container, with its arguments: what follows is not for docker any more.
explain-path = A path of your machine.
explain-argument = An argument of the command.
explain-image-missing = The image was not on this machine: Docker goes and gets it. This is no error.
explain-default-tag = Without a tag, Docker takes `latest`.
explain-warning = Docker warns, and goes on.
explain-pull-started = Docker downloads the image, one line a layer.
explain-layer-exists = A layer was here already: it is not downloaded twice.
explain-layer-complete = Each layer was received, verified and unpacked.
explain-pulled = The image is complete. Its digest is computed over all its content: one byte different, another digest.
explain-up-to-date = The image was up to date.
explain-log = These lines are what the program in the container wrote.
explain-exit-zero = Exit code 0: all went well.
explain-exit-refused = Exit code 125: Docker itself refused, the program was not run.
explain-exit-not-executable = Exit code 126: the program exists but cannot be executed.
explain-exit-not-found = Exit code 127: the program does not exist in the container.
explain-exit-signal = Exit code { $code }: the program was killed by signal { $signal } (128 + { $signal }).
explain-exit-other = Exit code { $code }: it is the program's own; 0 means “no error”, the rest is up to it.
explain-volume = The volume `{ $name }`.

## xray

xray-nothing = No container and no image is called `{ $name }`.
xray-image = Image { $name } · { $id } · { $size } · { $count ->
    [one] { $count } layer
   *[other] { $count } layers
}
xray-layer = layer { $number } · { $name } · { $size } · read-only
xray-shared = { $count ->
    [one] shared with another image
   *[other] shared with { $count } other images
}
xray-more = { $count ->
    [one] … and one more
   *[other] … and { $count } more
}
xray-container = Container { $name } · { $id } · { $status }
xray-process = process 1 of the container · { $pid } seen from your machine
xray-own-namespaces = namespaces of its own: { $list }
xray-shared-namespaces = shared with the program: { $list }
xray-mounts = mounts: { $list }
xray-control-group = control group: { $name }
xray-writable = writable layer · { $size }
xray-empty = (empty: nothing was written)
xray-image-gone = The image it comes from is gone.
