# What the shell says around the commands.

## The goal line and the checks

goal-met = { $met } acquis sur { $checks }
check-met = acquis :
check-unmet = manque :
check-unknown = non vérifié :
check-observed = observé :
check-next = ensuite :
checks-remaining = { $count ->
    [one] encore { $count } point à obtenir
   *[other] encore { $count } points à obtenir
}

## The table of lessons

lesson-minutes = { $minutes } min
lesson-untouched = à faire
lesson-started = en cours ({ $done } sur { $steps })
lesson-done = faite
