//! Running the syntax tree in this process: lists, conditions, loops, functions.

use super::Shell;
use super::flow::{Outcome, Stop};
use super::pattern;
use super::syntax::{Arm, Command, CommandKind, Connector, Item, List, Mode, Word};

/// Deeper calls are refused rather than overflowing the stack.
const CALL_DEPTH_LIMIT: usize = 500;

impl Shell {
    /// Runs commands one after the other; the status of the last.
    pub(super) fn run_list(&mut self, list: &List) -> Outcome {
        let tail = std::mem::take(&mut self.tail);
        let mut status = 0;
        for (index, item) in list.items.iter().enumerate() {
            self.tail = tail && index + 1 == list.items.len();
            status = self.run_item(item)?;
            self.tail = false;
        }
        Ok(status)
    }

    fn run_item(&mut self, item: &Item) -> Outcome {
        if item.mode == Mode::Background {
            self.tail = false;
            return self.run_background(item);
        }
        let tail = std::mem::take(&mut self.tail);
        let count = item.rest.len();
        self.tail = tail && count == 0;
        let mut status = self.run_checked(&item.first, count == 0, &item.source)?;
        for (index, (connector, pipeline)) in item.rest.iter().enumerate() {
            let runs = match connector {
                Connector::And => status == 0,
                Connector::Or => status != 0,
            };
            if runs {
                let last = index + 1 == count;
                self.tail = tail && last;
                status = self.run_checked(pipeline, last, &item.source)?;
            }
        }
        Ok(status)
    }

    /// Runs a pipeline; when it `decides` and fails, `set -e` ends the shell.
    fn run_checked(&mut self, pipeline: &super::syntax::Pipeline, decides: bool, source: &str) -> Outcome {
        let checked = decides && !pipeline.negated;
        if !checked {
            self.unchecked += 1;
        }
        let outcome = self.run_pipeline(pipeline, source);
        if !checked {
            self.unchecked -= 1;
        }
        let status = outcome?;
        let status = if pipeline.negated { i32::from(status == 0) } else { status };
        self.state.last_status = status;
        if status != 0 && checked && self.unchecked == 0 && self.state.options.has('e') && !self.is_interactive() {
            return Err(Stop::Exit(status));
        }
        Ok(status)
    }

    /// Runs one command in this process.
    pub(super) fn run_command(&mut self, command: &Command, source: &str) -> Outcome {
        if self.signals.any_watched() {
            self.run_traps()?;
        }
        if command.line > 0 {
            self.state.line = command.line;
        }
        if let CommandKind::Simple { assignments, words } = &command.kind {
            return self.run_simple(assignments, words, &command.redirections, source);
        }
        if command.redirections.is_empty() {
            return self.run_compound(command, source);
        }
        let table = match self.redirected(&command.redirections) {
            Err(Stop::Failed(1)) => return Ok(1),
            other => other?,
        };
        self.tail = false;
        let kept = std::mem::replace(&mut self.descriptors, table);
        let outcome = self.run_compound(command, source);
        self.descriptors = kept;
        outcome
    }

    fn run_compound(&mut self, command: &Command, source: &str) -> Outcome {
        let tail = std::mem::take(&mut self.tail);
        match &command.kind {
            CommandKind::Simple { .. } => Ok(0),
            CommandKind::Group(list) => {
                self.tail = tail;
                self.run_list(list)
            }
            CommandKind::Subshell(list) => {
                let group = self.new_group();
                let inner = Command::group(list.clone());
                let table = self.descriptors.clone();
                match self.start_subshell(&inner, &table, group) {
                    Ok(pid) => {
                        let statuses = self.wait_foreground(&[pid], self.group_of(pid), source)?;
                        Ok(statuses.last().copied().unwrap_or(0))
                    }
                    Err(error) => self.cannot_fork(&error),
                }
            }
            CommandKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    if self.condition(condition)? {
                        return self.run_list(body);
                    }
                }
                otherwise.as_ref().map_or(Ok(0), |body| self.run_list(body))
            }
            CommandKind::Loop { until, condition, body } => {
                let mut status = 0;
                self.looping(|shell| {
                    if shell.condition(condition)? == *until {
                        return Ok(Turn::Ended);
                    }
                    status = shell.run_list(body)?;
                    Ok(Turn::Done)
                })?;
                Ok(status)
            }
            CommandKind::For { name, words, body } => self.run_for(name, words.as_deref(), body),
            CommandKind::Case { subject, arms } => self.run_case(subject, arms),
            CommandKind::Function { name, body } => {
                self.state.functions.insert(name.clone(), std::rc::Rc::new((**body).clone()));
                Ok(0)
            }
        }
    }

    fn condition(&mut self, list: &List) -> Result<bool, Stop> {
        self.unchecked += 1;
        let outcome = self.run_list(list);
        self.unchecked -= 1;
        Ok(outcome? == 0)
    }

    fn run_for(&mut self, name: &str, words: Option<&[Word]>, body: &List) -> Outcome {
        let values = match words {
            Some(words) => self.expand_words(words)?,
            None => self.state.positional.clone(),
        };
        let mut values = values.into_iter();
        let mut status = 0;
        self.looping(|shell| {
            let Some(value) = values.next() else { return Ok(Turn::Ended) };
            shell.assign(name, &value)?;
            status = shell.run_list(body)?;
            Ok(Turn::Done)
        })?;
        Ok(status)
    }

    /// Takes turns until one says it has ended, minding `break`, `continue` and Ctrl-C.
    fn looping(&mut self, mut turn: impl FnMut(&mut Self) -> Result<Turn, Stop>) -> Result<(), Stop> {
        self.loops += 1;
        let outcome = loop {
            match turn(self) {
                Ok(Turn::Done) | Err(Stop::Continue(0 | 1)) => {}
                Ok(Turn::Ended) | Err(Stop::Break(0 | 1)) => break Ok(()),
                Err(Stop::Continue(levels)) => break Err(Stop::Continue(levels - 1)),
                Err(Stop::Break(levels)) => break Err(Stop::Break(levels - 1)),
                Err(stop) => break Err(stop),
            }
        };
        self.loops -= 1;
        outcome
    }

    fn run_case(&mut self, subject: &Word, arms: &[Arm]) -> Outcome {
        let subject: Vec<char> = self.expand_text(subject)?.chars().collect();
        let mut falling = false;
        let mut status = 0;
        for arm in arms {
            let mut matched = falling;
            for word in &arm.patterns {
                if matched {
                    break;
                }
                matched = pattern::matches(&self.expand_pattern(word)?, &subject);
            }
            if matched {
                status = self.run_list(&arm.body)?;
                if !arm.falls_through {
                    return Ok(status);
                }
                falling = true;
            }
        }
        Ok(status)
    }

    /// Calls a function; `return` ends here.
    pub(super) fn call(&mut self, body: &Command, arguments: &[String], source: &str) -> Outcome {
        if self.state.hidden.len() >= CALL_DEPTH_LIMIT {
            self.complain("too many nested function calls");
            return Err(Stop::Failed(2));
        }
        let positional = std::mem::replace(&mut self.state.positional, arguments.to_vec());
        let loops = std::mem::take(&mut self.loops);
        self.state.hidden.push(Vec::new());
        let outcome = self.run_command(body, source);
        self.state.leave_function();
        self.loops = loops;
        self.state.positional = positional;
        match outcome {
            Err(Stop::Return(status)) => Ok(status),
            other => other,
        }
    }

    /// Reports that no process could be started.
    pub(super) fn cannot_fork(&self, error: &std::io::Error) -> Outcome {
        self.complain(&format!("can't fork: {}", super::redirect::describe(error)));
        Err(Stop::Failed(2))
    }
}

/// One turn of a loop.
enum Turn {
    /// Another may follow.
    Done,
    /// There is none left.
    Ended,
}
