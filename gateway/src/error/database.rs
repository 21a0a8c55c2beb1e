//! What a failure of Postgres means to a client: one table from SQLSTATE to problem code. Invariant: a failure that
//! passes by itself, or that only the operator can end, is a 503 with `Retry-After`, never a 500.
//!
//! Source: PostgreSQL, appendix A, "PostgreSQL Error Codes".

use super::{ApiError, Code, code};
use crate::storage;

/// The pause that a client is asked for, in seconds: after it an overload has usually passed, and a server that
/// recovers from a crash answers again.
const RETRY_AFTER_S: u64 = 1;

/// Said when it is unknown whether the last statement took effect.
const UNAVAILABLE: &str = "The database is not available for a moment. A write may have taken effect, so repeat it \
                           with the same Idempotency-Key.";
/// Said when a statement was ended because of its time.
const TOO_LONG: &str = "The query took longer than allowed; ask for less at once.";
/// Said when the disk of the database is full.
const FULL: &str = "The disk of the database is full; nothing was stored. Send the request again later.";
/// Said when there is no room for another session.
const BUSY: &str = "No database connection was free in time. Ask again in a moment.";

/// The SQLSTATEs of a text that Postgres cannot hold, because it has U+0000: `character_not_in_repertoire` and
/// `untranslatable_character`. [`crate::entrance`] refuses such a request before it reaches the database.
const UNSTORABLE_TEXT: [&str; 2] = ["22021", "22P05"];

/// SQLSTATE, or the first two digits of a class of them, with code and detail. The first match counts.
pub(crate) const STATES: &[(&str, &Code, &str)] = &[
    // query_canceled: the statement's time limit
    ("57014", &code::TIMED_OUT, TOO_LONG),
    // transaction_timeout, idle_in_transaction_session_timeout
    ("25P04", &code::TIMED_OUT, TOO_LONG),
    ("25P03", &code::TIMED_OUT, TOO_LONG),
    // too_many_connections
    ("53300", &code::OVERLOADED, BUSY),
    // connection exceptions
    ("08", &code::UNAVAILABLE, UNAVAILABLE),
    // read_only_sql_transaction: a standby that was not promoted yet, or a server that was set read-only
    ("25006", &code::UNAVAILABLE, UNAVAILABLE),
    // serialization_failure, deadlock_detected: another transaction was preferred
    ("40001", &code::UNAVAILABLE, UNAVAILABLE),
    ("40P01", &code::UNAVAILABLE, UNAVAILABLE),
    // disk_full
    ("53100", &code::STORAGE_FULL, FULL),
    // insufficient resources: out_of_memory, and a limit of the configuration
    ("53", &code::UNAVAILABLE, UNAVAILABLE),
    // lock_not_available
    ("55P03", &code::UNAVAILABLE, UNAVAILABLE),
    // operator intervention: admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle session
    ("57P", &code::UNAVAILABLE, UNAVAILABLE),
    // system errors: io_error
    ("58", &code::UNAVAILABLE, UNAVAILABLE),
];

/// Finds the meaning of a SQLSTATE; `None` for one that means a fault of ours.
fn meaning(state: &str) -> Option<(&'static Code, &'static str)> {
    let row = STATES.iter().find(|(prefix, ..)| state.starts_with(prefix));
    row.map(|(_, code, detail)| (*code, *detail))
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        let (code, detail) = match &error {
            sqlx::Error::PoolTimedOut => (&code::OVERLOADED, BUSY),
            // A broken connection ends with any of these, depending on what was awaited.
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                (&code::UNAVAILABLE, UNAVAILABLE)
            }
            sqlx::Error::Database(database) if database.code().is_some_and(|c| UNSTORABLE_TEXT.contains(&&*c)) => {
                return Self::new(&code::INVALID_PARAMETER, "A value has a character that cannot be stored.");
            }
            sqlx::Error::Database(database) => match database.code().as_deref().and_then(meaning) {
                Some(meaning) => meaning,
                None => return Self::internal(&error),
            },
            _ => return Self::internal(&error),
        };
        if code == &code::STORAGE_FULL {
            storage::note_database_full();
        }
        tracing::warn!(trace_id = crate::trace::id().as_deref(), %error, code = code.name, "the database failed");
        Self::new(code, detail).retry_after_s(RETRY_AFTER_S)
    }
}

#[cfg(test)]
mod tests;
