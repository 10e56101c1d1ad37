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
