//! What holds: the closed vocabulary of checks, the facts they read, and three-valued verdicts.
