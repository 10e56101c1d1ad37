# What the shell says around the commands.

checks-remaining = { $count ->
    [one] { $count } thing left to obtain
   *[other] { $count } things left to obtain
}
