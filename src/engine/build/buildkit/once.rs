//! The same step of two stages is done once: the second to ask waits for the first, even without the cache.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::engine::build::cache::CachedLayer;
use crate::engine::oci::Digest;

/// What this build has made so far, by fingerprint.
#[derive(Default)]
pub(super) struct Once {
    made: Mutex<HashMap<Digest, Slot>>,
    changed: Condvar,
}

enum Slot {
    AtWork,
    Made(CachedLayer),
}

impl Once {
    /// What this build made of this fingerprint, or else makes now with `work`. When that fails, or makes what may not
    /// serve again, whoever waited does it himself.
    pub(super) fn make<T, E>(
        &self,
        key: &Digest,
        made: impl FnOnce(CachedLayer) -> T,
        work: impl FnOnce() -> Result<(T, Option<CachedLayer>), E>,
    ) -> Result<T, E> {
        let mut slots = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match slots.get(key) {
                Some(Slot::Made(layer)) => return Ok(made(layer.clone())),
                Some(Slot::AtWork) => slots = self.changed.wait(slots).unwrap_or_else(PoisonError::into_inner),
                None => break,
            }
        }
        slots.insert(key.clone(), Slot::AtWork);
        drop(slots);
        // Whatever happens, nobody waits for ever.
        let mut leaving = Leaving { once: self, key, layer: None };
        let (result, layer) = work()?;
        leaving.layer = layer;
        Ok(result)
    }
}

struct Leaving<'a> {
    once: &'a Once,
    key: &'a Digest,
    layer: Option<CachedLayer>,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let mut slots = self.once.made.lock().unwrap_or_else(PoisonError::into_inner);
        match self.layer.take() {
            Some(layer) => slots.insert(self.key.clone(), Slot::Made(layer)),
            None => slots.remove(self.key),
        };
        self.once.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::oci::DiffId;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn what_two_ask_at_once_is_made_once_and_what_fails_is_tried_again() {
        let (once, key) = (Once::default(), Digest::of(b"key"));
        let layer = CachedLayer {
            below: Vec::new(),
            diff_id: DiffId::new(Digest::of(b"layer")),
            created: jiff::Timestamp::UNIX_EPOCH,
            created_by: String::new(),
        };
        assert_eq!(once.make(&key, |_| unreachable!(), || Err::<((), _), _>("failed")), Err("failed"));
        let done = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let made = once.make(
                        &key,
                        |layer| layer.diff_id,
                        || {
                            done.fetch_add(1, Ordering::SeqCst);
                            Ok::<_, ()>((layer.diff_id.clone(), Some(layer.clone())))
                        },
                    );
                    assert_eq!(made, Ok(layer.diff_id.clone()));
                });
            }
        });
        assert_eq!(done.into_inner(), 1);
    }
}
