//! The plain tars of layers, one after the other, the next ones made while the first is written: inflating and hashing take
//! longer than writing.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::engine::oci::ChainId;
use crate::engine::{Engine, EngineError};

/// Layers under way at a time.
const MAX_WORKERS: usize = 4;
/// Pieces of a layer that wait to be written.
const PIECES_AHEAD: usize = 16;

enum Piece {
    Bytes(Vec<u8>),
    /// How many bytes it was, or why it ended.
    End(Result<u64, EngineError>),
}

/// Layers that are being made, to be taken in the order they were asked.
pub(super) struct LayersAhead {
    coming: std::vec::IntoIter<Receiver<Piece>>,
}

impl LayersAhead {
    /// Makes the tars of these layers while `consume` takes them.
    pub(super) fn of<R>(engine: &Engine, layers: &[ChainId], consume: impl FnOnce(&mut Self) -> R) -> R {
        let (senders, receivers): (Vec<_>, Vec<_>) = layers.iter().map(|_| sync_channel(PIECES_AHEAD)).unzip();
        let senders: Vec<_> = senders.into_iter().map(|sender| Mutex::new(Some(sender))).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                // In order: whoever waits for a layer waits for one that somebody works on.
                let place = next.fetch_add(1, Ordering::Relaxed);
                let (Some(layer), Some(sender)) = (layers.get(place), senders.get(place)) else { return };
                let Some(sender) = sender.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
                let mut output = Sending(sender);
                let end = engine.write_layer_tar(layer, &mut output);
                if output.0.send(Piece::End(end)).is_err() {
                    // Nobody listens any more.
                    return;
                }
            }
        };
        let workers = thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS).min(layers.len());
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
            let mut ahead = Self { coming: receivers.into_iter() };
            let consumed = consume(&mut ahead);
            // Those still at work must see that nobody waits.
            drop(ahead);
            consumed
        })
    }

    /// Writes the next layer; its length.
    ///
    /// # Errors
    /// As [`Engine::write_layer_tar`]'s; `failed` makes one of what the output says.
    pub(super) fn write_next(
        &mut self,
        output: &mut dyn Write,
        failed: impl Fn(io::Error) -> EngineError,
    ) -> Result<u64, EngineError> {
        let ended = || failed(io::Error::other("a layer's thread ended"));
        let pieces = self.coming.next().ok_or_else(ended)?;
        for piece in pieces {
            match piece {
                Piece::Bytes(bytes) => output.write_all(&bytes).map_err(&failed)?,
                Piece::End(end) => return end,
            }
        }
        Err(ended())
    }
}

struct Sending(SyncSender<Piece>);

impl Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(Piece::Bytes(bytes.to_vec())).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
