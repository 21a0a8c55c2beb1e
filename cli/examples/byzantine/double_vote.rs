//! Equivocation: signs two conflicting votes per view. Invariant: every vote is signed with the validator's own key.

use bytes::Bytes;
use chain_network::{Inbox, NetworkHandle};
use chain_node::NodeHandle;
use chain_replica::Message;
use chain_types::{
    SecretKey, ShardId, SignedVote, Vote,
    certificate::Step,
    codec,
    digest::{Tag, hash},
    signature::Namespace,
};

/// Answers every proposal with a vote for its block and a vote for a block that does not exist, as long as the
/// validator has a seat.
pub(crate) async fn vote_twice(mut inbox: Inbox, network: NetworkHandle, node: NodeHandle, key: &SecretKey) {
    loop {
        let message = tokio::select! {
            Some(message) = inbox.messages.recv() => message,
            Some(_unheard) = inbox.gossip.recv() => continue,
            Some(_unheard) = inbox.requests.recv() => continue,
            else => return,
        };
        let Ok((shard, Message::Proposal { vote, .. })) =
            codec::decode::<(ShardId, Message)>("a frame", &message.bytes)
        else {
            continue;
        };
        let Ok(status) = node.status(shard).await else { continue };
        let seats = status.committee.validators.validators.iter().zip(0_u16..);
        let Some(seat) = seats.into_iter().find(|(one, _)| one.key == key.public_key()).map(|(_, seat)| seat) else {
            continue;
        };
        let proposed = vote.vote.block;
        for block in [proposed, hash(Tag::VOTE, &[b"another block", proposed.as_bytes()])] {
            let vote = Vote { step: Step::Notarise, block, ..vote.vote.clone() };
            let signature = key.sign(Namespace::VOTE, &vote.digest());
            let message = Message::Vote(SignedVote { vote, signer: seat, signature });
            network.send_all(&Bytes::from(codec::encode(&(shard, message))));
        }
    }
}
