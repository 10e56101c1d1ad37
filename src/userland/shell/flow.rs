//! What stops a command before its end.

/// A reason to leave the commands being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// `exit`, or an error that ends a script.
    Exit(i32),
    /// `return`
    Return(i32),
    /// `break`, with the loops still to leave.
    Break(usize),
    /// `continue`, with the loops still to leave.
    Continue(usize),
    /// An error in the shell itself: ends a script, brings an interactive shell back to its prompt.
    Failed(i32),
    /// Ctrl-C.
    Interrupted,
}

/// A status, or a reason to leave.
pub type Outcome = Result<i32, Stop>;

/// The status of a program killed by Ctrl-C.
pub const INTERRUPTED: i32 = 130;

impl Stop {
    /// The status the shell reports.
    pub fn status(self) -> i32 {
        match self {
            Self::Exit(status) | Self::Return(status) | Self::Failed(status) => status,
            Self::Break(_) | Self::Continue(_) => 0,
            Self::Interrupted => INTERRUPTED,
        }
    }
}
