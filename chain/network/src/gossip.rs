//! Gossip of transaction batches with gossipsub. Invariant: a batch is passed on only after an accepting verdict. The
//! id of a batch is the hash of its content.
//!
//! Envelopes carry no author and no signature. The transactions of a batch are signed by their authors, so a signature
//! of the forwarding peer would prove nothing more and cost each hop a verification.

use crate::{
    error::NetworkError,
    limit::{GOSSIP_BYTES_MAX, GOSSIP_QUEUE_MAX},
};
use libp2p::gossipsub::{
    Behaviour, ConfigBuilder, IdentTopic, MessageAuthenticity, MessageId, PeerScoreParams, PeerScoreThresholds,
    TopicScoreParams, ValidationMode,
};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Bytes that the envelope adds to a batch, at most.
const ENVELOPE_BYTES_MAX: usize = 4_096;
/// The interval of gossipsub's heartbeat, milliseconds.
const HEARTBEAT_MS: u64 = 500;
/// Heartbeats for which a batch can wait for its verdict and be requested again.
const HISTORY_HEARTBEATS: usize = 12;

/// The only topic. The handshake already separates chains.
pub(crate) fn topic() -> IdentTopic {
    IdentTopic::new("transactions")
}

/// Builds gossipsub under the protocol's standard names. Under other names the library falls back to version 1.1, which
/// lacks IDONTWANT: every member would receive every batch from every other member.
///
/// # Errors
/// [`NetworkError::Build`] when gossipsub rejects this configuration.
pub(crate) fn behaviour() -> Result<Behaviour, NetworkError> {
    let config = ConfigBuilder::default()
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message| MessageId::new(&Sha256::digest(&message.data)))
        .max_transmit_size(GOSSIP_BYTES_MAX + ENVELOPE_BYTES_MAX)
        .connection_handler_queue_len(GOSSIP_QUEUE_MAX)
        .heartbeat_initial_delay(Duration::from_millis(HEARTBEAT_MS))
        .heartbeat_interval(Duration::from_millis(HEARTBEAT_MS))
        .history_length(HISTORY_HEARTBEATS)
        .flood_publish(true)
        .build()
        .map_err(|error| build_error(&error.to_string()))?;
    let mut behaviour = Behaviour::new(MessageAuthenticity::Anonymous, config).map_err(build_error)?;
    behaviour.with_peer_score(score(), PeerScoreThresholds::default()).map_err(|reason| build_error(&reason))?;
    behaviour.subscribe(&topic()).map_err(|error| build_error(&error.to_string()))?;
    Ok(behaviour)
}

fn build_error(reason: &str) -> NetworkError {
    NetworkError::Build(reason.to_string())
}

/// The scoring parameters. Members are identified by key, so a shared address or silence is not suspicious; rejected
/// batches are.
fn score() -> PeerScoreParams {
    let topic_params = TopicScoreParams {
        topic_weight: 1.0,
        time_in_mesh_cap: 10.0,
        first_message_deliveries_cap: 50.0,
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        invalid_message_deliveries_weight: -10.0,
        invalid_message_deliveries_decay: 0.9,
        ..TopicScoreParams::default()
    };
    PeerScoreParams {
        topics: [(topic().hash(), topic_params)].into(),
        topic_score_cap: 50.0,
        ip_colocation_factor_weight: 0.0,
        ..PeerScoreParams::default()
    }
}
