//! What a shard does while its disk is full. Invariant: a write that fails for lack of space is repeated until it is
//! durable, and nothing that follows from it happens before. So no vote leaves without its record, and no transaction
//! is reported final without its block. Once there is space, the shard continues without a restart.

use super::{Halt, Shard};
use crate::request::Request;
use crossbeam_channel::RecvTimeoutError;
use std::{
    error::Error as _,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

/// The pause before a write that found no space is repeated. RocksDB looks for space every five seconds.
const REPEAT_INTERVAL: Duration = Duration::from_secs(1);

impl Shard {
    /// Performs a write, and repeats it as long as the disk has no space for it. Writing the same twice must have the
    /// effect of writing it once.
    pub(crate) fn write<T>(&mut self, mut write: impl FnMut(&mut Self) -> Result<T, Halt>) -> Result<T, Halt> {
        loop {
            match write(self) {
                Ok(written) => {
                    self.lacks_space.store(false, Ordering::Relaxed);
                    return Ok(written);
                }
                Err(halt) if halt.is_full() => self.wait_for_space(halt)?,
                Err(halt) => return Err(halt),
            }
        }
    }

    /// Whether there is space for the next block. Without it the shard handles no message and no tick, so it builds
    /// nothing and votes for nothing, while reads go on.
    pub(super) fn may_write(&mut self) -> bool {
        let may_write = self.disk.has_reserve();
        self.lacks_space.store(!may_write, Ordering::Relaxed);
        may_write
    }

    /// Waits for a while, and refuses all requests meanwhile: a block is half written, so there is no state to read.
    ///
    /// # Errors
    /// `halt`, when the node stops.
    fn wait_for_space(&self, halt: Halt) -> Result<(), Halt> {
        if !self.lacks_space.swap(true, Ordering::Relaxed) {
            let (folder, cause) = (self.disk.folder().display(), halt.source().map(ToString::to_string));
            tracing::error!(
                shard = self.id.0,
                %folder,
                cause,
                "{halt}: the disk is full, so this shard stores nothing and votes for nothing. Free some space; it \
                 then goes on by itself"
            );
        }
        let end = Instant::now() + REPEAT_INTERVAL;
        loop {
            match self.requests.recv_deadline(end) {
                Ok(Request::Stop) | Err(RecvTimeoutError::Disconnected) => return Err(halt),
                Ok(request) => request.refuse_while_full(),
                Err(RecvTimeoutError::Timeout) => return Ok(()),
            }
        }
    }
}
