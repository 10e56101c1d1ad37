# What the course answers when it cannot do what was asked.

course-sandbox = The sandbox did not obey: { $reason }.
course-progress = Your progress could not be read or written: { $reason }.
course-lesson-faulty = This lesson is faulty: { $reason }.
course-rebuild = The start state could not be rebuilt: the step “{ $step }” did not give { $missing }. Last line shown: { $said }
course-unknown-lesson = No lesson is called { $lesson }. The list: lessons.
course-unknown-step = This lesson has no step { $step }.
course-empty = This course holds no lesson.
course-no-question = This step asks no question.
course-unknown-choice = { $choice } is not one of the choices.
course-no-truth = The answer cannot be read in the engine: { $why }. Start the step over with reset.
course-nothing-to-undo = Nothing to undo in this step.
course-cannot-undo = A line of this step was typed in a terminal: it cannot be run again. Start the step over with reset.
course-at-start = You are at the first step.
