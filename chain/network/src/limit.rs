//! The limits and timeouts of the network. Invariant: the memory that a peer's messages, requests and gossip occupy is
//! bounded. [`Limits::check`] rejects a limit that lets nothing pass.

use crate::error::NetworkError;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// The longest message, bytes: a 20 MiB proposal and room for its envelope.
pub const MESSAGE_BYTES_MAX: usize = 24 * MIB;
/// The longest request, bytes. Requests name what is wanted; they do not carry it.
pub const REQUEST_BYTES_MAX: usize = MIB;
/// The longest answer to a request, bytes: a block or a chunk.
pub const RESPONSE_BYTES_MAX: usize = MESSAGE_BYTES_MAX;
/// The longest batch of gossip, bytes.
pub const GOSSIP_BYTES_MAX: usize = MIB;
/// What a queued item costs beyond its own bytes. With it, a budget of bytes also bounds the count.
pub const MESSAGE_OVERHEAD_BYTES: usize = 512;
/// Connections to one peer at the same time: two, until both sides have settled on one after dialing each other.
pub const PEER_CONNECTIONS_MAX: u32 = 2;
/// Requests in flight to one peer, and from one peer. Further ones wait, or are refused.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 8;
/// The first pause before dialing an allowed peer again, milliseconds. It doubles up to [`REDIAL_MS_MAX`].
pub const REDIAL_MS_MIN: u64 = 100;
/// The longest pause before dialing again, milliseconds. Short, so that a restarted peer is found within about a
/// second.
pub const REDIAL_MS_MAX: u64 = 500;

/// Request streams on one connection, both directions: the requests in flight of both sides, and slack for races.
pub(crate) const EXCHANGE_STREAMS_MAX: usize = 4 * REQUESTS_IN_FLIGHT_MAX;
/// Connections whose handshake is not finished, in each direction.
pub(crate) const PENDING_CONNECTIONS_MAX: u32 = 64;
/// The timeout for dialing one address, handshake included, milliseconds.
pub(crate) const DIAL_TIMEOUT_MS: u64 = 3_000;
/// After a connection is established, a second one from the same peer within this time counts as simultaneous dialing,
/// milliseconds. A later one shows that the peer has lost the first.
pub(crate) const CROSSING_MS_MAX: u64 = DIAL_TIMEOUT_MS;
/// How long a connected peer may take to subscribe to gossip, milliseconds.
pub(crate) const SUBSCRIBE_MS_MAX: u64 = 2_000;
/// The timeout of a QUIC handshake, milliseconds. Short, because a closed UDP port gives no answer and TCP is tried
/// only afterwards.
pub(crate) const QUIC_HANDSHAKE_MS_MAX: u64 = 1_000;
/// How long a replaced connection or stream may still deliver what is in flight, milliseconds.
pub(crate) const DRAIN_MS_MAX: u64 = 1_000;
/// The interval between two pings, milliseconds.
pub(crate) const PING_INTERVAL_MS: u64 = 3_000;
/// An unanswered ping closes the connection after this, milliseconds. It detects a peer that lost power and closed
/// nothing.
pub(crate) const PING_TIMEOUT_MS: u64 = 6_000;
/// An unused connection is closed after this, milliseconds.
pub(crate) const IDLE_MS_MAX: u64 = 10_000;
/// The interval at which the driver redials and retires connections, milliseconds.
pub(crate) const TICK_MS: u64 = 50;
/// Bytes written to a stream in one batch, before the writer checks for a replacement stream.
pub(crate) const WRITE_BATCH_BYTES: usize = 256 * KIB;
/// The buffer of a stream in each direction, bytes. It coalesces small messages.
pub(crate) const STREAM_BUFFER_BYTES: usize = 64 * KIB;
/// New streams of one peer that can wait for the stream before them to end.
pub(crate) const STREAMS_WAITING_MAX: usize = 4;
/// Requests and batches from this process that wait for the driver.
pub(crate) const COMMANDS_MAX: usize = 1_024;
/// Batches of gossip queued for one peer inside gossipsub.
pub(crate) const GOSSIP_QUEUE_MAX: usize = 64;

/// The limits of one running network. The default suits a validator; tests make some of them small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Queued for one peer and not yet written, bytes. At least one longest message with its overhead.
    pub peer_queue_bytes_max: usize,
    /// Received from one peer and not yet dropped by the owner of the inbox, bytes. At least one longest message with
    /// its overhead.
    pub peer_inbox_bytes_max: usize,
    /// Messages in the inbox, over all peers.
    pub inbox_messages_max: usize,
    /// Requests in the inbox, over all peers.
    pub inbox_requests_max: usize,
    /// Gossip from one peer that waits for a verdict, bytes.
    pub peer_gossip_bytes_max: usize,
    /// Gossip of this process that waits to be published, bytes.
    pub gossip_queue_bytes_max: usize,
    /// Established connections, over all peers.
    pub connections_max: u32,
    /// No new connection is made above this share of the machine's memory, in thousandths.
    pub memory_permille_max: u16,
    /// From sending a request to receiving its answer, milliseconds.
    pub request_timeout_ms: u64,
    /// Threads that encrypt and move bytes.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            peer_queue_bytes_max: 64 * MIB,
            peer_inbox_bytes_max: 48 * MIB,
            inbox_messages_max: 16_384,
            inbox_requests_max: 256,
            peer_gossip_bytes_max: 8 * MIB,
            gossip_queue_bytes_max: 32 * MIB,
            connections_max: 512,
            memory_permille_max: 900,
            request_timeout_ms: 10_000,
            threads: 2,
        }
    }
}

impl Limits {
    /// Rejects limits under which nothing or no longest message could pass, or that exceed a budget's range.
    ///
    /// # Errors
    /// [`NetworkError::Limit`] with the name of the field.
    pub fn check(&self) -> Result<(), NetworkError> {
        let longest = MESSAGE_BYTES_MAX + MESSAGE_OVERHEAD_BYTES;
        let budget = u32::MAX as usize;
        let fits = |least: usize, value: usize| (least..=budget).contains(&value);
        let rules = [
            ("peer_queue_bytes_max", fits(longest, self.peer_queue_bytes_max)),
            ("peer_inbox_bytes_max", fits(longest, self.peer_inbox_bytes_max)),
            ("inbox_messages_max", fits(1, self.inbox_messages_max)),
            ("inbox_requests_max", fits(1, self.inbox_requests_max)),
            ("peer_gossip_bytes_max", fits(GOSSIP_BYTES_MAX + MESSAGE_OVERHEAD_BYTES, self.peer_gossip_bytes_max)),
            ("gossip_queue_bytes_max", fits(GOSSIP_BYTES_MAX + MESSAGE_OVERHEAD_BYTES, self.gossip_queue_bytes_max)),
            ("connections_max", self.connections_max > 0),
            ("memory_permille_max", (1..=1_000).contains(&self.memory_permille_max)),
            ("request_timeout_ms", self.request_timeout_ms > 0),
            ("threads", self.threads > 0),
        ];
        match rules.into_iter().find(|(_, holds)| !holds) {
            Some((name, _)) => Err(NetworkError::Limit(name)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_let_nothing_pass_are_refused_by_name() {
        let longest = MESSAGE_BYTES_MAX + MESSAGE_OVERHEAD_BYTES;
        let default = Limits::default;
        let table = [
            (Limits { peer_queue_bytes_max: longest, ..default() }, None),
            (Limits { peer_queue_bytes_max: longest - 1, ..default() }, Some("peer_queue_bytes_max")),
            (Limits { peer_inbox_bytes_max: longest, ..default() }, None),
            (Limits { peer_inbox_bytes_max: longest - 1, ..default() }, Some("peer_inbox_bytes_max")),
            (Limits { inbox_messages_max: 0, ..default() }, Some("inbox_messages_max")),
            (Limits { inbox_requests_max: 0, ..default() }, Some("inbox_requests_max")),
            (Limits { peer_gossip_bytes_max: GOSSIP_BYTES_MAX, ..default() }, Some("peer_gossip_bytes_max")),
            (Limits { gossip_queue_bytes_max: GOSSIP_BYTES_MAX, ..default() }, Some("gossip_queue_bytes_max")),
            (Limits { connections_max: 0, ..default() }, Some("connections_max")),
            (Limits { memory_permille_max: 1_000, ..default() }, None),
            (Limits { memory_permille_max: 1_001, ..default() }, Some("memory_permille_max")),
            (Limits { memory_permille_max: 0, ..default() }, Some("memory_permille_max")),
            (Limits { request_timeout_ms: 0, ..default() }, Some("request_timeout_ms")),
            (Limits { threads: 0, ..default() }, Some("threads")),
            (default(), None),
        ];
        for (limits, refused) in table {
            let name = match limits.check() {
                Err(NetworkError::Limit(name)) => Some(name),
                _ => None,
            };
            assert_eq!(name, refused, "{limits:?}");
        }
    }
}
