//! The input and the result of executing one command. Invariant: a rejection is an outcome of the chain and gets a
//! receipt. A read failure is a fault of this machine and gets none.

use crate::law::Law;
use chain_state::ReadFailure;
use chain_types::{Event, Height, PublicKey, Rejection, Subject, TenantId, TimestampMs, TxId};

/// The transaction and block that a command belongs to.
pub(crate) struct Context<'t> {
    pub(crate) law: &'t Law,
    pub(crate) tx_id: TxId,
    pub(crate) height: Height,
    /// The block's time, the only time that execution can see.
    pub(crate) time: TimestampMs,
    pub(crate) tenant: TenantId,
    pub(crate) author: PublicKey,
    pub(crate) is_operator: bool,
    pub(crate) subjects: &'t [Subject],
}

/// The result of executing a command.
pub(crate) type Verdict = Result<Outcome, Halt>;

/// A command that was not rejected.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The command took effect.
    Applied(Event),
    /// The same content was recorded before.
    Repeated,
}

/// The end of a command that took no effect.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The command broke a rule.
    Rejected(Rejection),
    /// The disk could not be read; the shard stops.
    Unreadable(ReadFailure),
}

impl From<Rejection> for Halt {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<ReadFailure> for Halt {
    fn from(failure: ReadFailure) -> Self {
        Self::Unreadable(failure)
    }
}

/// Lets `?` end a command with a slice's rejection. A single implementation for every `Into<Rejection>` would overlap
/// with the one for [`ReadFailure`].
macro_rules! halts {
    ($rejection:ty) => {
        impl From<$rejection> for $crate::verdict::Halt {
            fn from(rejection: $rejection) -> Self {
                Self::Rejected(rejection.into())
            }
        }
    };
}
pub(crate) use halts;

/// Ends a command with a rejection unless the condition holds.
pub(crate) fn require(condition: bool, rejection: impl Into<Rejection>) -> Result<(), Halt> {
    if condition { Ok(()) } else { Err(Halt::Rejected(rejection.into())) }
}

/// The verdict for a command that took effect.
#[expect(
    clippy::unnecessary_wraps,
    reason = "callers use it as the last expression of a function that returns a verdict"
)]
pub(crate) fn applied(event: impl Into<Event>) -> Verdict {
    Ok(Outcome::Applied(event.into()))
}
