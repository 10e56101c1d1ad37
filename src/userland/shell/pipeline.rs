//! Pipelines, background commands and command substitution: everything that runs beside the shell.

use std::fs::File;
use std::io::{self, Read};

use nix::unistd::Pid;

use super::Shell;
use super::builtins;
use super::descriptors::Descriptors;
use super::flow::{Outcome, Stop};
use super::interpreter::JobControl;
use super::launch::Group;
use super::syntax::{Command, CommandKind, Item, List, Mode, Operation, Piece, Pipeline, Word};

/// A command of a pipeline, once started.
#[derive(Debug, Clone, Copy)]
enum Started {
    /// As a process.
    Running(Pid),
    /// Already over, with this status: it could not be started.
    Over(i32),
}

impl Shell {
    pub(super) fn run_pipeline(&mut self, pipeline: &Pipeline, source: &str) -> Outcome {
        if let [command] = pipeline.commands.as_slice() {
            if pipeline.negated {
                self.tail = false;
            }
            return self.run_command(command, source);
        }
        self.tail = false;
        let (started, group) = self.start_pipeline(pipeline, &self.descriptors.clone())?;
        let pids = running(&started);
        let mut ended = self.wait_foreground(&pids, group, source)?.into_iter();
        let statuses: Vec<i32> = started
            .iter()
            .map(|one| match one {
                Started::Running(_) => ended.next().unwrap_or(0),
                Started::Over(status) => *status,
            })
            .collect();
        let failed = statuses.iter().rev().find(|status| **status != 0).copied();
        let last = statuses.last().copied().unwrap_or(0);
        Ok(if self.state.options.pipefail { failed.unwrap_or(0) } else { last })
    }

    fn start_pipeline(&mut self, pipeline: &Pipeline, base: &Descriptors) -> Result<(Vec<Started>, Option<Pid>), Stop> {
        let mut started = Vec::new();
        let mut group = self.new_group();
        let mut leader = None;
        let mut input = None;
        let count = pipeline.commands.len();
        for (index, command) in pipeline.commands.iter().enumerate() {
            let mut table = base.clone();
            if let Some(reader) = input.take() {
                table.set(0, std::rc::Rc::new(reader));
            }
            if index + 1 < count {
                let (reader, writer) = io::pipe().map_err(|error| {
                    self.cannot_fork(&error).ok();
                    Stop::Failed(2)
                })?;
                table.set(1, std::os::fd::OwnedFd::from(writer));
                input = Some(std::os::fd::OwnedFd::from(reader));
            }
            let one = self.start_command(command, &table, group)?;
            if let (Started::Running(pid), Group::New) = (one, group) {
                group = Group::Of(pid);
                leader = Some(pid);
            }
            started.push(one);
        }
        Ok((started, leader))
    }

    /// Starts one command beside the shell: directly when it is a plain program, else in a subshell.
    fn start_command(&mut self, command: &Command, table: &Descriptors, group: Group) -> Result<Started, Stop> {
        if let CommandKind::Simple { assignments, words } = &command.kind
            && self.is_plain_program(words)
            && assignments.iter().all(|assignment| self.is_pure(&assignment.value))
            && command.redirections.iter().all(|redirection| self.is_pure(&redirection.target))
        {
            let kept = std::mem::replace(&mut self.descriptors, table.clone());
            let outcome = self.start_plain(command, group);
            self.descriptors = kept;
            return outcome;
        }
        // A subshell command is not nested twice.
        let inner = match &command.kind {
            CommandKind::Subshell(list) => Command { kind: CommandKind::Group(list.clone()), ..command.clone() },
            _ => command.clone(),
        };
        match self.start_subshell(&inner, table, group) {
            Ok(pid) => Ok(Started::Running(pid)),
            Err(error) => self.cannot_fork(&error).map(Started::Over),
        }
    }

    fn start_plain(&mut self, command: &Command, group: Group) -> Result<Started, Stop> {
        let CommandKind::Simple { assignments, words } = &command.kind else { return Ok(Started::Over(0)) };
        let arguments = self.expand_words(words)?;
        let mut variables = Vec::new();
        for assignment in assignments {
            variables.push((assignment.name.clone(), self.expand_text(&assignment.value)?));
        }
        let table = match self.redirected(&command.redirections) {
            Err(Stop::Failed(status)) => return Ok(Started::Over(status)),
            other => other?,
        };
        self.trace(&variables, &arguments);
        match self.start(&arguments, &variables, &table, group) {
            Ok(pid) => Ok(Started::Running(pid)),
            Err((status, message)) => {
                let kept = std::mem::replace(&mut self.descriptors, table);
                self.complain(&message);
                self.descriptors = kept;
                Ok(Started::Over(status))
            }
        }
    }

    /// Whether the first word is the literal name of a program and expanding the others changes nothing here.
    fn is_plain_program(&self, words: &[Word]) -> bool {
        let Some([Piece::Text(name)]) = words.first().map(Vec::as_slice) else { return false };
        !builtins::exists(name)
            && !self.state.functions.contains_key(name)
            && !name.contains(['*', '?', '['])
            && words.iter().all(|word| self.is_pure(word))
    }

    fn is_pure(&self, word: &Word) -> bool {
        word.iter().all(|piece| match piece {
            Piece::Text(_) | Piece::Quoted(_) | Piece::Tilde(_) => true,
            Piece::DoubleQuoted(inner) => self.is_pure(inner),
            Piece::Command(_) | Piece::Arithmetic(_) => false,
            Piece::Parameter(parameter) => {
                !self.state.options.has('u')
                    && match &parameter.operation {
                        Operation::Value | Operation::Length => true,
                        Operation::Default(_, word)
                        | Operation::Alternative(_, word)
                        | Operation::RemovePrefix(_, word)
                        | Operation::RemoveSuffix(_, word) => self.is_pure(word),
                        _ => false,
                    }
            }
        })
    }

    /// `command &`
    pub(super) fn run_background(&mut self, item: &Item) -> Outcome {
        let mut table = self.descriptors.clone();
        if self.job_control == JobControl::Off
            && let Ok(nothing) = File::open("/dev/null")
        {
            table.set(0, std::os::fd::OwnedFd::from(nothing));
        }
        let (started, group) = if item.rest.is_empty() && !item.first.negated {
            self.start_pipeline(&item.first, &table)?
        } else {
            let list = List { items: vec![Item { mode: Mode::Foreground, ..item.clone() }] };
            let group = self.new_group();
            let one = self.start_command(&Command::group(list), &table, group)?;
            let leader = running(&[one]).first().copied().filter(|_| group == Group::New);
            (vec![one], leader)
        };
        let pids = running(&started);
        if let Some(last) = pids.last() {
            self.state.last_background = Some(last.as_raw());
            self.jobs.add(pids, group, item.source.clone(), false);
        }
        Ok(0)
    }

    /// `$(list)`: its output without the newlines at its end.
    pub(super) fn substitute(&mut self, list: &List) -> Result<String, Stop> {
        if list.items.is_empty() {
            self.substituted = Some(0);
            return Ok(String::new());
        }
        let (mut reader, writer) = match io::pipe() {
            Ok(pipe) => pipe,
            Err(error) => return self.cannot_fork(&error).map(|_| String::new()),
        };
        let mut table = self.descriptors.clone();
        table.set(1, std::os::fd::OwnedFd::from(writer));
        let command = match list.items.as_slice() {
            [Item { first: Pipeline { negated: false, commands }, rest, mode: Mode::Foreground, .. }]
                if rest.is_empty() && commands.len() == 1 =>
            {
                commands[0].clone()
            }
            _ => Command::group(list.clone()),
        };
        let started = self.start_command(&command, &table, Group::Inherited)?;
        drop(table);
        let mut output = Vec::new();
        reader.read_to_end(&mut output).ok();
        let status = match started {
            Started::Running(pid) => self.wait_foreground(&[pid], None, "")?.last().copied().unwrap_or(0),
            Started::Over(status) => status,
        };
        self.substituted = Some(status);
        output.retain(|byte| *byte != 0);
        let text = String::from_utf8_lossy(&output);
        Ok(text.trim_end_matches('\n').to_owned())
    }

    /// The group of the next job.
    pub(super) fn new_group(&self) -> Group {
        if self.job_control == JobControl::Off { Group::Inherited } else { Group::New }
    }

    /// The group that a process started alone leads.
    pub(super) fn group_of(&self, pid: Pid) -> Option<Pid> {
        (self.job_control != JobControl::Off).then_some(pid)
    }
}

fn running(started: &[Started]) -> Vec<Pid> {
    started.iter().filter_map(|one| if let Started::Running(pid) = one { Some(*pid) } else { None }).collect()
}
