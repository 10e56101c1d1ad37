//! Simple commands: assignments, then a function, a builtin or a program.

use super::Shell;
use super::builtins::{self, Standing};
use super::flow::{Outcome, Stop};
use super::state::Variable;
use super::syntax::{Assignment, Redirection, Word};

impl Shell {
    pub(super) fn run_simple(
        &mut self,
        assignments: &[Assignment],
        words: &[Word],
        redirections: &[Redirection],
        source: &str,
    ) -> Outcome {
        let tail = std::mem::take(&mut self.tail);
        self.substituted = None;
        let arguments = self.expand_words(words)?;
        let Some(name) = arguments.first().cloned() else {
            return self.run_assignments(assignments, redirections);
        };
        let table = match self.redirected(redirections) {
            Err(Stop::Failed(1)) if builtins::standing(&name) != Some(Standing::Special) => return Ok(1),
            other => other?,
        };
        let mut variables = Vec::new();
        for assignment in assignments {
            variables.push((assignment.name.clone(), self.assigned(assignment)?));
        }
        self.trace(&variables, &arguments);
        if name == "exec" {
            return self.exec(&arguments[1..], &variables, table);
        }
        if builtins::standing(&name) == Some(Standing::Special) {
            for (name, value) in &variables {
                self.assign(name, value)?;
            }
            return self.run_builtin(&arguments, table);
        }
        if let Some(body) = self.function(&name) {
            let hidden = self.overlay(&variables)?;
            let kept = std::mem::replace(&mut self.descriptors, table);
            let outcome = self.call(&body, &arguments[1..], source);
            self.descriptors = kept;
            self.uncover(hidden);
            return outcome;
        }
        if builtins::exists(&name) {
            let hidden = self.overlay(&variables)?;
            let outcome = self.run_builtin(&arguments, table);
            self.uncover(hidden);
            return outcome;
        }
        self.run_program(&arguments, &variables, &table, tail, source)
    }

    pub(super) fn run_program(
        &mut self,
        arguments: &[String],
        variables: &[(String, String)],
        table: &super::descriptors::Descriptors,
        tail: bool,
        source: &str,
    ) -> Outcome {
        let refusal = if tail && !self.is_interactive() && self.state.traps.is_empty() && self.jobs.list.is_empty() {
            self.become_program(arguments, variables, table)
        } else {
            let group = self.new_group();
            match self.start(arguments, variables, table, group) {
                Ok(pid) => {
                    let statuses = self.wait_foreground(&[pid], self.group_of(pid), source)?;
                    return Ok(statuses.last().copied().unwrap_or(0));
                }
                Err(refusal) => refusal,
            }
        };
        let kept = std::mem::replace(&mut self.descriptors, table.clone());
        self.complain(&refusal.1);
        self.descriptors = kept;
        Ok(refusal.0)
    }

    /// Runs a builtin with its descriptors.
    pub(super) fn run_builtin(&mut self, arguments: &[String], table: super::descriptors::Descriptors) -> Outcome {
        let Some(run) = builtins::find(&arguments[0]) else { return Ok(127) };
        let kept = std::mem::replace(&mut self.descriptors, table);
        let outer = self.builtin.take();
        let nested = ["eval", ".", "source", "command"].contains(&arguments[0].as_str());
        if !nested {
            self.builtin = Some(arguments[0].clone());
        }
        let outcome = run(self, &arguments[1..]);
        self.builtin = outer;
        self.descriptors = kept;
        outcome
    }

    fn run_assignments(&mut self, assignments: &[Assignment], redirections: &[Redirection]) -> Outcome {
        for assignment in assignments {
            let value = self.assigned(assignment)?;
            self.trace(&[(assignment.name.clone(), value.clone())], &[]);
            self.assign(&assignment.name, &value)?;
        }
        match self.redirected(redirections) {
            Ok(_) => Ok(self.substituted.take().unwrap_or(0)),
            Err(Stop::Failed(1)) => Ok(1),
            Err(stop) => Err(stop),
        }
    }

    fn assigned(&mut self, assignment: &Assignment) -> Result<String, Stop> {
        let value = self.expand_text(&assignment.value)?;
        if assignment.appends {
            return Ok(self.state.get(&assignment.name).unwrap_or_default().to_owned() + &value);
        }
        Ok(value)
    }

    /// Sets variables for one command, exported; what they hide.
    fn overlay(&mut self, variables: &[(String, String)]) -> Result<Vec<(String, Option<Variable>)>, Stop> {
        let mut hidden = Vec::new();
        for (name, value) in variables {
            hidden.push((name.clone(), self.state.variables.get(name).cloned()));
            self.assign(name, value)?;
            self.state.variables.entry(name.clone()).or_default().exported = true;
        }
        Ok(hidden)
    }

    fn uncover(&mut self, hidden: Vec<(String, Option<Variable>)>) {
        for (name, variable) in hidden.into_iter().rev() {
            match variable {
                Some(variable) => self.state.variables.insert(name, variable),
                None => self.state.variables.remove(&name),
            };
        }
    }

    /// `exec`: replaces the shell, or its descriptors when there is no command.
    fn exec(
        &mut self,
        arguments: &[String],
        variables: &[(String, String)],
        table: super::descriptors::Descriptors,
    ) -> Outcome {
        if arguments.is_empty() {
            self.descriptors = table;
            return Ok(0);
        }
        let (status, message) = self.become_program(arguments, variables, &table);
        self.complain(&format!("exec: {message}"));
        Err(if self.is_interactive() { Stop::Failed(status) } else { Stop::Exit(status) })
    }

    /// `set -x`
    pub(super) fn trace(&self, variables: &[(String, String)], arguments: &[String]) {
        if !self.state.options.has('x') {
            return;
        }
        let mut text = self.state.get("PS4").unwrap_or("+ ").to_owned();
        let assigned = variables.iter().map(|(name, value)| format!("{name}={}", quote(value)));
        text.push_str(&assigned.chain(arguments.iter().map(|argument| quote(argument))).collect::<Vec<_>>().join(" "));
        text.push('\n');
        self.print_error(&text);
    }
}

/// Text as the shell would read it back.
pub(super) fn quote(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-./:=,+@%^[]".contains(c));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
