//! The shell's syntax tree: what a command line means before anything is expanded.
//!
//! Everything here can be serialised, because a subshell is our own program re-executed with the
//! tree it must run. It does not know how to read text (see `parser`) nor how to run (see `execute`).

use serde::{Deserialize, Serialize};

/// Commands run one after the other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// In the order they were written.
    pub items: Vec<Item>,
}

/// One `a && b || c`, waited for or left in the background.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The first pipeline.
    pub first: Pipeline,
    /// The others, each with what joins it to the one before.
    pub rest: Vec<(Connector, Pipeline)>,
    /// Whether the shell waits.
    pub mode: Mode,
    /// As it was written, for `jobs`; empty deep inside other commands.
    pub source: String,
}

/// What decides whether the next pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Whether the shell waits for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Ended by `;` or a newline.
    Foreground,
    /// Ended by `&`.
    Background,
}

/// `! a | b | c`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Preceded by `!`.
    pub negated: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// A command and its redirections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// What it is.
    pub kind: CommandKind,
    /// Applied left to right.
    pub redirections: Vec<Redirection>,
    /// Line of the source it starts on, from 1.
    pub line: usize,
}

/// The kinds of command of the POSIX grammar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CommandKind {
    /// `NAME=value program argument…`
    Simple {
        /// Assignments in front.
        assignments: Vec<Assignment>,
        /// The command's name and its arguments.
        words: Vec<Word>,
    },
    /// `{ …; }`
    Group(List),
    /// `( … )`
    Subshell(List),
    /// `if … then … elif … else … fi`
    If {
        /// Condition and body of `if` and of each `elif`.
        branches: Vec<(List, List)>,
        /// `else`
        otherwise: Option<List>,
    },
    /// `while` or `until`
    Loop {
        /// The status of `condition` that keeps the loop going.
        until: bool,
        /// Run before each turn.
        condition: List,
        /// One turn.
        body: List,
    },
    /// `for NAME in …; do …; done`; without `in`, over the positional parameters.
    For {
        /// The loop's variable.
        name: String,
        /// What it takes its values from.
        words: Option<Vec<Word>>,
        /// One turn.
        body: List,
    },
    /// `case WORD in PATTERN) …;; esac`
    Case {
        /// What is compared.
        subject: Word,
        /// In order; the first that matches runs.
        arms: Vec<Arm>,
    },
    /// `name() command`
    Function {
        /// What it will be called by.
        name: String,
        /// Usually a group.
        body: Box<Command>,
    },
}

/// One `a|b) …;;` of a `case`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Any of them.
    pub patterns: Vec<Word>,
    /// Run when one matches.
    pub body: List,
    /// Ended by `;&`: the next arm runs too.
    pub falls_through: bool,
}

/// `NAME=word`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// A valid variable name.
    pub name: String,
    /// Expanded without splitting.
    pub value: Word,
    /// Written `NAME+=word`.
    pub appends: bool,
}

/// `2>file` and its kin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redirection {
    /// The number in front, when written.
    pub descriptor: Option<u32>,
    /// The operator.
    pub kind: RedirectionKind,
    /// What follows the operator; for a here-document, its body.
    pub target: Word,
}

/// The redirection operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedirectionKind {
    /// `<`
    Read,
    /// `>` and `>|`
    Write,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `<&`
    DuplicateInput,
    /// `>&`
    DuplicateOutput,
    /// `<<` and `<<-`
    HereDocument,
    /// `<<<`
    HereString,
    /// `&>`
    WriteBoth,
}

/// Pieces glued together.
pub type Word = Vec<Piece>;

/// A stretch of a word that is expanded in one way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Piece {
    /// Unquoted text: may be a pattern.
    Text(String),
    /// Text protected by `'…'` or a backslash.
    Quoted(String),
    /// `"…"`
    DoubleQuoted(Word),
    /// `~` or `~name` at the head of a word.
    Tilde(String),
    /// `$name`, `${name…}`
    Parameter(Box<Parameter>),
    /// `$(…)` or backquotes.
    Command(List),
    /// `$((…))`; the text is expanded before it is computed.
    Arithmetic(Word),
}

/// `${name operation}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// A variable, a digit string, or one of `@*#?-$!`.
    pub name: String,
    /// What is done with its value.
    pub operation: Operation,
}

/// What `${…}` does with a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Operation {
    /// `${x}`
    Value,
    /// `${#x}`
    Length,
    /// `${x-w}`, `${x:-w}`
    Default(Emptiness, Word),
    /// `${x=w}`, `${x:=w}`
    Assign(Emptiness, Word),
    /// `${x?w}`, `${x:?w}`
    Demand(Emptiness, Word),
    /// `${x+w}`, `${x:+w}`
    Alternative(Emptiness, Word),
    /// `${x#w}`, `${x##w}`
    RemovePrefix(Extent, Word),
    /// `${x%w}`, `${x%%w}`
    RemoveSuffix(Extent, Word),
    /// `${x/w/w}`
    Replace(Place, Word, Word),
    /// `${x:offset:length}`
    Substring(Word, Option<Word>),
}

/// Whether an empty value counts as no value (the `:` of `:-`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Emptiness {
    /// Empty is a value.
    Accepted,
    /// Empty is as unset.
    Refused,
}

/// How much a removed pattern takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extent {
    /// As little as possible.
    Shortest,
    /// As much as possible.
    Longest,
}

/// Where `${x/…/…}` replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// `/`
    First,
    /// `//`
    All,
    /// `/#`
    Start,
    /// `/%`
    End,
}

impl Command {
    /// A command that runs `list` as a group.
    pub fn group(list: List) -> Self {
        Self { kind: CommandKind::Group(list), redirections: Vec::new(), line: 0 }
    }
}

impl List {
    /// A list of one foreground pipeline of one command.
    pub fn of(command: Command) -> Self {
        let first = Pipeline { negated: false, commands: vec![command] };
        Self { items: vec![Item { first, rest: Vec::new(), mode: Mode::Foreground, source: String::new() }] }
    }
}
