//! The limits of an outbox: the number of pending messages, and the number that one acknowledgement removes. A message
//! that was not sent is never removed. A full outbox still accepts returns; otherwise two full outboxes would wait for
//! each other forever.

use crate::fixture::{HERE, THERE, holds, place, trust};
use chain_atomic::{Rejection, message};
use chain_types::{
    Digest, TenantId, TxId,
    atomic::{InboxCursorKey, OutboxHead, Payload},
    codec, limit,
    native::Amount,
};

const NOBODY: TenantId = TenantId([9; 16]);

fn append(sent: u64, acknowledged: u64, payload: Payload) -> Result<u64, Rejection> {
    let head = OutboxHead { sent, acknowledged };
    let message = message::append(place(&trust()), TxId(Digest::ZERO), THERE, head, payload)?;
    Ok(message.binding.sequence)
}

#[test]
fn a_full_outbox_takes_returns_only() {
    let credit = Payload::Credit { from: NOBODY, to: NOBODY, amount: Amount(1) };
    let back = Payload::Return { returns: 1, to: NOBODY, amount: Amount(1) };
    let full = 7 + limit::OUTBOX_WAITING_MAX;
    assert_eq!(append(full - 1, 7, credit.clone()), Ok(full));
    assert_eq!(append(full, 7, credit.clone()), Err(Rejection::OutboxFull));
    assert_eq!(append(full, 8, credit), Ok(full + 1));
    assert_eq!(append(full, 7, back), Ok(full + 1));
}

#[test]
fn an_acknowledgement_drops_a_limited_number_and_only_what_was_sent() {
    let most = limit::OUTBOX_DROPPED_MAX;
    let cases = [
        (most - 1, Ok(most - 1)),
        (most, Ok(most)),
        (most + 1, Ok(most)),
        (u64::MAX, Ok(most)),
        (0, Err(Rejection::NothingAcknowledged)),
    ];
    let trust = trust();
    for (cursor, expected) in cases {
        let proof = holds(THERE, &InboxCursorKey(HERE), codec::encode(&cursor));
        let head = OutboxHead { sent: 5_000, acknowledged: 0 };
        let after = message::acknowledge(place(&trust), THERE, head, &proof);
        assert_eq!(after.map(|head| head.acknowledged), expected, "cursor {cursor}");
        let short = OutboxHead { sent: 3, acknowledged: 0 };
        let after = message::acknowledge(place(&trust), THERE, short, &proof).map(|head| head.acknowledged);
        assert_eq!(after.unwrap_or(0), cursor.min(3));
    }
    let proof = holds(THERE, &InboxCursorKey(THERE), codec::encode(&2_u64));
    let head = OutboxHead { sent: 3, acknowledged: 0 };
    assert_eq!(
        message::acknowledge(place(&trust), THERE, head, &proof),
        Err(Rejection::ProofMismatch),
        "another direction"
    );
}
