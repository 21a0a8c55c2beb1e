//! A full disk of the ledger or of the database. Invariant: a write that cannot be kept is refused with 503 before any
//! part of it is stored, reads go on, and readiness names the reason. Once there is space, nothing has to be restarted.

use crate::{
    error::{ApiError, code},
    state::Gateway,
};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The pause in seconds that a client is asked for.
const RETRY_AFTER_S: u64 = 10;
/// How long a failed write of the database counts as a full disk, in milliseconds.
const DATABASE_FULL_MS: u64 = 10_000;

/// The last write that the database refused for lack of space.
static DATABASE_FULL_AT: Mutex<Option<Instant>> = Mutex::new(None);

/// Refuses a write that the ledger has no space for.
///
/// # Errors
/// `storage.full`.
pub(crate) fn check(gateway: &Gateway) -> Result<(), ApiError> {
    if gateway.node.lacks_space() { Err(full()) } else { Ok(()) }
}

/// The refusal of a write without space.
pub(crate) fn full() -> ApiError {
    let detail = "A disk of this service is full; nothing was stored. Send the request again later, with the same \
                  Idempotency-Key.";
    ApiError::new(&code::STORAGE_FULL, detail).retry_after_s(RETRY_AFTER_S)
}

/// Notes that the database refused a write for lack of space.
pub(crate) fn note_database_full() {
    *DATABASE_FULL_AT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// The disks that are full, one sentence each for the operator.
pub(crate) fn missing(gateway: &Gateway) -> Vec<String> {
    let ledger = gateway.node.lacks_space().then_some("the disk of the ledger is full, free some space");
    let noted = *DATABASE_FULL_AT.lock().unwrap_or_else(PoisonError::into_inner);
    let is_full = noted.is_some_and(|at| at.elapsed() < Duration::from_millis(DATABASE_FULL_MS));
    let database = is_full.then_some("the disk of the database is full, free some space");
    ledger.into_iter().chain(database).map(str::to_owned).collect()
}
