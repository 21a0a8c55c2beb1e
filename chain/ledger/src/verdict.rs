//! What a slice is given and what it answers. Invariant: a rejection is an outcome of the chain and a read failure is a
//! fault of this machine; both end a command early, and only a rejection gets a receipt.

use crate::law::Law;
use chain_state::ReadFailure;
use chain_types::{Event, Height, PublicKey, Rejection, Subject, TenantId, TimestampMs, TxId};

/// The circumstances that a slice judges a command in.
pub(crate) struct Context<'t> {
    pub(crate) law: &'t Law,
    pub(crate) tx_id: TxId,
    pub(crate) height: Height,
    /// The block's time, the only one that the law knows.
    pub(crate) time: TimestampMs,
    pub(crate) tenant: TenantId,
    pub(crate) author: PublicKey,
    pub(crate) is_operator: bool,
    pub(crate) subjects: &'t [Subject],
}

/// A slice's answer to a command.
pub(crate) type Verdict = Result<Outcome, Halt>;

/// A command that was not rejected.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It took effect.
    Applied(Event),
    /// Its content was on record already.
    Repeated,
}

/// The end of a command that took no effect.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The law says no.
    Rejected(Rejection),
    /// The disk could not be read: the shard stops.
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

/// Lets `?` end a command with a slice's rejection. One implementation for every `Into<Rejection>` would overlap with
/// that for [`ReadFailure`].
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

/// Ends a command with a rejection unless a condition holds.
pub(crate) fn require(condition: bool, rejection: impl Into<Rejection>) -> Result<(), Halt> {
    if condition { Ok(()) } else { Err(Halt::Rejected(rejection.into())) }
}

/// The verdict on a command that took effect.
#[expect(clippy::unnecessary_wraps, reason = "it is the last expression of a function that returns a verdict")]
pub(crate) fn applied(event: impl Into<Event>) -> Verdict {
    Ok(Outcome::Applied(event.into()))
}
