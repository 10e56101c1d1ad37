//! Stages side by side: each is built by one thread, waits for the stages it takes from, and a failure ends them all.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::execute::ExecutedStage;
use crate::engine::build::BuildError;
use crate::engine::build::interrupt::Halt;
use crate::engine::build::plan::Located;
use crate::engine::build::syntax::Span;

/// More stages than this are not worked on at once.
const MAX_AT_ONCE: usize = 16;

/// The stages of a build, by number: those that are done, and whether there is any use in waiting for the others.
pub(super) struct Stages {
    state: Mutex<State>,
    changed: Condvar,
    pub(super) halt: Halt,
}

#[derive(Default)]
struct State {
    done: HashMap<usize, Arc<ExecutedStage>>,
    failure: Option<(BuildError, Option<Span>)>,
}

impl Stages {
    /// None is done.
    pub(super) fn new(halt: Halt) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), halt }
    }

    /// A stage, waited for until it is done.
    ///
    /// # Errors
    /// [`BuildError::Canceled`] when another failed.
    pub(super) fn wait(&self, number: usize) -> Result<Arc<ExecutedStage>, BuildError> {
        let mut state = self.lock();
        loop {
            if state.failure.is_some() {
                return Err(BuildError::Canceled);
            }
            if let Some(done) = state.done.get(&number) {
                return Ok(Arc::clone(done));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Builds these stages, each with `build`, those before it in the list begun before it: so nobody waits for what
    /// nobody works on. The failure is the first there was.
    pub(super) fn build_all<J: Send>(
        &self,
        jobs: Vec<(usize, J)>,
        build: impl Fn(usize, J) -> Located<ExecutedStage> + Sync,
    ) -> Located<()> {
        let threads = jobs.len().min(MAX_AT_ONCE);
        let queue = Mutex::new(VecDeque::from(jobs));
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let work = || {
            while let Some((number, job)) = next() {
                let ended = build(number, job);
                let failed = ended.is_err();
                self.end(number, ended);
                if failed {
                    return;
                }
            }
        };
        if threads <= 1 {
            work();
        } else {
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(work);
                }
            });
        }
        self.lock().failure.take().map_or(Ok(()), Err)
    }

    fn end(&self, number: usize, ended: Located<ExecutedStage>) {
        let mut state = self.lock();
        match ended {
            Ok(stage) => {
                state.done.insert(number, Arc::new(stage));
            }
            Err(failure) => {
                // Those that are ended by the first one's failure have nothing to add.
                state.failure.get_or_insert(failure);
                self.halt.now();
            }
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::build::interrupt::Interrupt;

    fn stages() -> Stages {
        Stages::new(Halt::new().unwrap())
    }

    #[test]
    fn a_stage_waits_for_those_it_takes_from_and_for_no_other() {
        let stages = stages();
        let (told, heard) = std::sync::mpsc::channel();
        let heard = Mutex::new(heard);
        let built = stages.build_all(vec![(0, ()), (1, ()), (2, ())], |number, ()| {
            match number {
                // Only stage 1, begun after it, lets stage 0 end.
                0 => heard.lock().unwrap().recv().unwrap(),
                1 => told.clone().send(()).unwrap(),
                _ => drop((stages.wait(0).unwrap(), stages.wait(1).unwrap())),
            }
            Ok(ExecutedStage::default())
        });
        assert!(built.is_ok() && stages.wait(2).is_ok());
    }

    #[test]
    fn a_failure_ends_the_others_and_is_the_one_that_is_told() {
        let stages = stages();
        let built = stages.build_all(vec![(0, ()), (1, ()), (2, ())], |number, ()| match number {
            0 => {
                let interrupt = Interrupt::default().or(&stages.halt);
                let (stopped, told) = std::sync::mpsc::channel();
                let ended = interrupt.while_watching(move || stopped.send(()).unwrap(), || told.recv().unwrap());
                ended.map(|()| ExecutedStage::default()).map_err(|error| (error, None))
            }
            1 => Err((BuildError::Empty, None)),
            _ => stages.wait(0).map(|_| ExecutedStage::default()).map_err(|error| (error, None)),
        });
        assert!(matches!(built, Err((BuildError::Empty, None))));
        // A single stage runs here.
        let stages = self::stages();
        let here = thread::current().id();
        let built = stages.build_all(vec![(3, ())], |_, ()| {
            assert_eq!(thread::current().id(), here);
            Ok(ExecutedStage::default())
        });
        assert!(built.is_ok() && stages.wait(3).is_ok());
    }
}
