# What the shell says around the commands.

checks-remaining = { $count ->
    [one] encore { $count } point à obtenir
   *[other] encore { $count } points à obtenir
}
