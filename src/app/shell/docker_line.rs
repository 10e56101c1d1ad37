//! A plain docker command typed in the shell: done here, then commented.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use super::meaning::meaning;
use super::state::{Acted, LastDocker, Mode, Shell};
use crate::app::docker::{DockerRun, run_docker};
use crate::course::say;
use crate::docker::{BuildKit, EXIT_INTERRUPTED, Event, World};
use crate::engine::store::PullEvent;
use crate::i18n::Arguments;
use crate::render::course::Note;

impl Shell {
    pub(super) fn docker_line(&mut self, typed: Vec<String>) -> io::Result<Acted> {
        let world = self.world();
        let mut events: Vec<&'static str> = Vec::new();
        let mut stand_ins: Vec<String> = Vec::new();
        let (mut detached, mut by_signals) = (false, false);
        let mut heard = |event: &Event| {
            detached |= matches!(event, Event::Detached);
            by_signals |= matches!(event, Event::PausedBySignals);
            if let Event::Pulled { reference, embedded: true, downloaded: true, .. } = event {
                stand_ins.push(reference.clone());
            }
            if let Some(id) = event_id(event)
                && !events.contains(&id)
            {
                events.push(id);
            }
        };
        let engine = self.engine.clone();
        let run = match self.mode {
            Mode::Interactive => run_docker(&engine, &world, &self.texts, &typed, io::stdin().as_fd(), &mut heard),
            Mode::Script => {
                run_docker(&engine, &world, &self.texts, &typed, File::open("/dev/null")?.as_fd(), &mut heard)
            }
        };
        self.measure();
        // The terminal has just written `^C`; what has a terminal of its own is asked in raw mode, and writes it itself.
        let own_terminal = run.words.as_ref().is_some_and(|words| words.bool("tty"));
        let interrupted = run.exit_code == EXIT_INTERRUPTED && !own_terminal;
        if (detached || interrupted) && self.mode == Mode::Interactive {
            self.answer("\n")?;
        }
        self.last_code = run.exit_code;
        let acted = acted(&run);
        let verb = run.words.as_ref().map(|words| words.verb.name());
        let what = run.failure.as_ref().and_then(|failure| meaning(failure, verb));
        if let Some(what) = &what {
            self.note(Note::Error, &say(&self.texts, what))?;
        }
        if let Some(text) = self.suggestion(&run) {
            let text = self.say("failure-suggestion", &Arguments::new().text("suggestion", text));
            self.note(Note::Information, &text)?;
        }
        for reference in stand_ins {
            self.tell_stand_in(reference)?;
        }
        if by_signals && !std::mem::replace(&mut self.told_signals, true) {
            let text = self.say("paused-by-signals", &Arguments::new());
            self.note(Note::Information, &text)?;
        }
        self.last_docker = Some(LastDocker { typed, events, exit_code: run.exit_code, meaning: what });
        Ok(acted)
    }

    /// Honesty: an image from inside the program is said to be one, once.
    fn tell_stand_in(&mut self, reference: String) -> io::Result<()> {
        if self.told_stand_ins.contains(&reference) {
            return Ok(());
        }
        let text = self.say("stand-in", &Arguments::new().text("reference", reference.clone()));
        self.told_stand_ins.push(reference);
        self.note(Note::Information, &text)
    }

    fn world(&self) -> World {
        World {
            variables: self.variables.clone(),
            working_directory: self.present_directory(),
            buildkit: BuildKit::of_variables(&self.variables),
            redraws: !self.look.plain,
        }
    }
}

/// Verbs that make or start something.
const VERBS_THAT_ACT: [&str; 5] =
    ["container commit", "container create", "container run", "container start", "image build"];

fn acted(run: &DockerRun) -> Acted {
    match &run.words {
        Some(words) if run.failure.is_none() && VERBS_THAT_ACT.contains(&words.verb.name()) => {
            let gone = words.verb.name() == "container run" && words.bool("rm") && !words.bool("detach");
            if gone { Acted::AndLeftNothing } else { Acted::Here }
        }
        _ => Acted::Elsewhere,
    }
}

/// The message that explains an event, for `explique` alone. What speaks for itself has none.
fn event_id(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::ImageMissing(_) => "explain-image-missing",
        Event::DefaultTag(_) => "explain-default-tag",
        Event::Warning(_) => "explain-warning",
        Event::Pull(_, PullEvent::Started { .. }) => "explain-pull-started",
        Event::Pull(_, PullEvent::AlreadyExists { .. }) => "explain-layer-exists",
        Event::Pull(_, PullEvent::LayerComplete { .. }) => "explain-layer-complete",
        Event::Pulled { downloaded: true, .. } => "explain-pulled",
        Event::Pulled { downloaded: false, .. } => "explain-up-to-date",
        Event::Log { .. } => "explain-log",
        _ => return None,
    })
}
