//! The program as it was called: where state lives, which language, how to show things. What every command starts from.

use std::fs::DirBuilder;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::command::AnswerFormat;
use super::environment::Environment;
use super::options::Options;
use super::problem::Problem;
use super::registries::{BadSettings, registry_options};
use crate::course::model::LessonError;
use crate::course::{Catalogue, CourseError, EmbeddedFiles, Progress, Session};
use crate::engine::cgroup::CgroupPlace;
use crate::engine::launch::Tier;
use crate::engine::registry::RegistryOptions;
use crate::engine::{Clock, Engine, EngineError, EngineOptions};
use crate::i18n::{Language, Texts};
use crate::render::terminal::{Look, window_size};
use crate::trainer::pack::installed_packs;
use crate::userland::APPLETS;

/// The guest programs as the engine wants them: it knows nothing of them but their places.
static GUEST_APPLETS: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| APPLETS.iter().map(|applet| (applet.name, applet.path)).collect());

/// The program as it was called.
#[derive(Debug)]
pub struct Program {
    /// The environment, read once.
    pub environment: Environment,
    /// The state root, absolute and made.
    pub state_root: PathBuf,
    /// Our own executable.
    pub executable: PathBuf,
    /// The words of the language chosen.
    pub texts: Texts,
    /// For whom answers are written.
    pub format: AnswerFormat,
    /// How registries are reached.
    registry: RegistryOptions,
    plain: bool,
}

impl Program {
    /// Settles what the options and the environment leave open.
    ///
    /// # Errors
    /// A [`Problem`] when there is nowhere to keep state.
    pub fn new(options: &Options, environment: Environment) -> Result<Self, Problem> {
        let chosen = options.state.clone().or_else(|| environment.state.clone());
        let state_root = chosen.or_else(|| environment.default_state_root()).ok_or(Problem::NoHome)?;
        let unusable = |path: &Path, error: &std::io::Error| Problem::StateUnusable {
            path: path.display().to_string(),
            reason: error.to_string(),
        };
        let state_root = std::path::absolute(&state_root).map_err(|error| unusable(&state_root, &error))?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&state_root)
            .map_err(|error| unusable(&state_root, &error))?;
        let executable = std::env::current_exe().map_err(|error| unusable(Path::new("/proc/self/exe"), &error))?;
        let language = options.language.or(environment.language).or_else(|| remembered_language(&state_root));
        let registry = registry_options(&state_root, &environment)
            .map_err(|BadSettings { place, reason }| Problem::BadSettings { place, reason })?;
        Ok(Self {
            registry,
            environment,
            state_root,
            executable,
            texts: Texts::new(language.unwrap_or_default()),
            format: options.format,
            plain: options.plain,
        })
    }

    /// How to write to a stream.
    pub fn look(&self, stream: &(impl AsFd + IsTerminal)) -> Look {
        if self.plain || self.environment.dumb_terminal || !stream.is_terminal() {
            return Look::PLAIN;
        }
        let columns = window_size(stream.as_fd()).map(|size| usize::from(size.columns)).or(self.environment.columns);
        Look::terminal(columns, !self.environment.no_colour)
    }

    /// The engine of the state root.
    ///
    /// # Errors
    /// When the root cannot be used.
    pub fn open_engine(&self, tier: Tier) -> Result<Engine, EngineError> {
        Engine::open(self.engine_options(tier))
    }

    /// What the engine needs to know of the world.
    pub fn engine_options(&self, tier: Tier) -> EngineOptions {
        EngineOptions {
            root: self.state_root.clone(),
            program: self.executable.clone(),
            guest_applets: &GUEST_APPLETS,
            clock: Clock::System,
            tier,
            registry: self.registry.clone(),
            cgroups: CgroupPlace::of_this_process(),
        }
    }

    /// The learner in the embedded course.
    ///
    /// # Errors
    /// When progress cannot be read.
    pub fn open_session(&self) -> Result<Session, CourseError> {
        Session::open(self.course(), &self.state_root, jiff::Timestamp::now)
    }

    /// The lessons: those inside the program, and those of the packs installed here, which win.
    pub fn course(&self) -> Catalogue {
        let mut course = embedded_course().0;
        for pack in installed_packs(&self.state_root) {
            course.take_in(pack.lessons());
        }
        course
    }

    /// Where the learner's own files are: what a lesson lays out, what a build reads.
    pub fn workshop(&self) -> PathBuf {
        self.state_root.join("atelier")
    }
}

/// The course inside the program, and its faults (tests make sure there are none).
pub fn embedded_course() -> (Catalogue, Vec<LessonError>) {
    Catalogue::read(&EmbeddedFiles)
}

fn remembered_language(state_root: &Path) -> Option<Language> {
    Progress::load(&state_root.join("progress.json")).ok()?.language
}
