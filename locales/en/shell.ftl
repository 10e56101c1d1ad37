# What the shell says around the commands.

## The goal line and the checks

goal-met = { $met } of { $checks } done
check-met = done:
check-unmet = missing:
check-unknown = not checked:
check-observed = observed:
check-next = next:
checks-remaining = { $count ->
    [one] { $count } thing left to obtain
   *[other] { $count } things left to obtain
}

## The table of lessons

lesson-minutes = { $minutes } min
lesson-untouched = to do
lesson-started = in progress ({ $done } of { $steps })
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
hint-first = Hint { $number } of { $total }:
solution-title = A solution:
no-solution = This exercise has no solution to give: it is yours to play.
no-such-step = There is no exercise `{ $step }` in this lesson.
no-such-lesson = There is no lesson `{ $lesson }`. The list: `lessons`.
first-step = You are at the first exercise already.
last-step = That was the last exercise.
step-skipped = Exercise skipped; it remains to be done, `previous` returns to it.
restarted = Everything is back at the start of the exercise. Your progress stays.
undone = Last command undone: { $line }
undo-nothing = There is nothing to undo.
free-on = Free play: everything is allowed, nothing is noted. `play` once more to return to the exercise.
free-off = Back to the exercise.
step-done = Exercise done.
lesson-finished = Lesson finished.
question-how = Answer with `answer` and the number of your choice.
answer-right = Right: { $answer }.
answer-wrong = You answered: { $given }. The engine says: { $answer }.
answer-unknown = The possible answers: { $choices }.
not-a-question = This exercise asks no question.
stand-in = The image `{ $reference }` comes from inside this program: it stands in for the registry's, so that you can work without a network. It behaves alike, but its content and its digest are ours.
unsupported = { $what }: Docker knows it, this engine does not yet.
continued = (more)
course-error = The course could not answer: { $reason }.
host-hand-lost = The line could not be handed to your system: { $reason }.
