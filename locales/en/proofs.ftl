# What “valider” says of a lesson. The reader writes lessons.

proof-ok = { $lesson }: { $count ->
    [one] { $count } proof
   *[other] { $count } proofs
}
proof-sound = Every lesson is proved.
proof-faulty = { $count ->
    [one] { $count } fault.
   *[other] { $count } faults.
}
proof-running = proving { $lesson }…

## On the engine

proof-unmet = { $expected } (observed: { $observed })
proof-untouched-passes = step { $step }: the start state is enough already, there is nothing to do
proof-solution-fails = step { $step }: the solution “{ $way }” is not enough. Missing: { $missing }. Last line shown: { $output }
proof-alternative-fails = step { $step }: the other way “{ $way }” is not enough. Missing: { $missing }. Last line shown: { $output }
proof-wrong-passes = step { $step }: the wrong way “{ $way }” passes, though it must leave “{ $name }” unmet
proof-wrong-elsewhere = step { $step }: the wrong way “{ $way }” meets “{ $name }”; what is missing is elsewhere: { $missing }
proof-could-not-check = step { $step }: could not check: { $why }
proof-truth-not-offered = step { $step }: the engine’s truth is “{ $truth }”, which is not among the choices
proof-broken = step { $step }: { $why }

## On paper

fault-toml = the TOML is not a lesson: { $text }
fault-format-version = version { $found } of the format; only version { $supported } is understood
fault-unreadable = unreadable: { $text }
fault-missing = file missing
fault-directory = “{ $text }”: the directory of a lesson is named NN-id, with the lesson’s id
fault-no-title = the text does not begin with a title (# …)
fault-heading = unknown heading: { $text }
fault-heading-twice = heading given twice: { $text }
fault-front-matter = unknown front matter: { $text }
fault-placeholder = unknown placeholder: { $text }
fault-lesson-twice = two lessons have the name or the number of { $lesson }
fault-step-twice = the step name “{ $step }” is taken already, or reserved
fault-no-checks = step { $step }: no check
fault-no-solution = step { $step }: no solution
fault-no-wrong = step { $step }: no wrong way
fault-no-hints = step { $step }: no hint
fault-checks-unused = step { $step }: checks in a step that is not checked
fault-no-question = step { $step }: no question
fault-question-unused = step { $step }: a question in a step that is not “predict”
fault-look-without-ran = step { $step }: a “look” step needs a “ran” check
fault-empty-alternative = step { $step }: an alternative is empty
fault-choices = step { $step }: a question offers at least two choices, all different
fault-impossible-choice = step { $step }: the choice “{ $choice }” is never what this fact answers
fault-no-alternative = { $least ->
    [one] the lesson needs at least { $least } alternative
   *[other] the lesson needs at least { $least } alternatives
}
fault-too-few-wrong = the lesson needs at least { $least } wrong ways
fault-unbound = step { $step }: “{ $name }” is bound by no earlier check
fault-unbound-placeholder = step { $step }: nothing fills the placeholder “{ $name }”
fault-check-twice = step { $step }: two checks are named “{ $name }”
fault-hint-twice = step { $step }: two hints are named “{ $name }”
fault-unknown-check = step { $step }: no check is named “{ $name }”
fault-no-fingerprint = the translation does not say which text it was made from: write “source: { $wanted }” between two --- lines at the top (found: “{ $found }”)
fault-stale = the translation is stale: the French text has changed (fingerprint { $found }, expected { $wanted })
fault-other-placeholders = step { $step }: the placeholders are not those of the French text
fault-no-heading = no section for the step { $step }
fault-unknown-step = the section “{ $step }” corresponds to no step
fault-step-order = the sections are not in the order of the steps
fault-no-introduction = no introduction
fault-no-end = no closing words (## end)
fault-no-question-text = step { $step }: no question in the text (**Question:** …)
fault-no-goal = step { $step }: no goal in the text (**Goal:** …)
fault-no-after = step { $step }: nothing to read afterwards (### after)
fault-too-long = step { $step }: more than { $most } lines to read before the first thing to type
fault-no-hint-text = step { $step }: the hint “{ $name }” has no text
fault-empty-hint = step { $step }: the hint “{ $name }” is empty
fault-unknown-hint = step { $step }: the hint “{ $name }” is not in lesson.toml
fault-no-choice-text = step { $step }: the choice “{ $name }” has no text
fault-empty-choice = step { $step }: the choice “{ $name }” is empty
fault-unknown-choice = step { $step }: the choice “{ $name }” is not in lesson.toml
