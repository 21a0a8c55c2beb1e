//! The sub-protocol `graphql-transport-ws` (github.com/enisdenjo/graphql-ws, PROTOCOL.md). Invariant: a socket runs a
//! bounded number of subscriptions, and each of them makes its next result once the client has been sent the last.

mod message;
mod subscription;

use super::{
    limit::{GRAPHQL_SUBSCRIPTIONS_MAX, SUBSCRIPTION_ID_BYTES_MAX},
    refusal::server_error,
};
use crate::{
    auth::Lasting,
    budget,
    error::{ApiError, code as common},
    socket::{
        Ended, Farewell, Incoming, Outgoing, Session, code,
        introduction::{Visitor, out_of_order},
    },
};
use message::{Said, parse};
use serde_json::json;
use std::{collections::HashMap, convert::Infallible};
use subscription::Running;
use tokio::sync::mpsc;

/// The name of the sub-protocol.
pub(super) const SUB_PROTOCOL: &str = "graphql-transport-ws";
/// The answers to a client's messages that may wait to be sent.
const REPLIES_MAX: usize = 64;

/// One socket.
pub(super) struct Subscriptions;

impl Session for Subscriptions {
    async fn talk(&mut self, visitor: Visitor, incoming: &mut Incoming, outgoing: &mut Outgoing) -> Ended {
        match converse(visitor, incoming, outgoing).await {
            Ok(never) => match never {},
            Err(ended) => ended,
        }
    }

    /// The protocol has no last message: the reason is the code.
    fn farewell(&self, ended: &Ended) -> Option<Farewell> {
        let (close, error) = ended.problem()?;
        Some(Farewell { text: None, close, reason: error.code().name.to_owned() })
    }
}

async fn converse(visitor: Visitor, incoming: &mut Incoming, outgoing: &mut Outgoing) -> Result<Infallible, Ended> {
    let begun = tokio::time::timeout(outgoing.times.begin, begin(visitor, incoming)).await;
    let lasting = begun.unwrap_or_else(|_| {
        Err(Ended::With(4408, ApiError::new(&code::BEGIN_TIMED_OUT, "Send connection_init at once.")))
    })?;
    // A socket has a place among all streams, and so has each of its subscriptions.
    let _place = lasting.gateway.budgets.streams.acquire(budget::current_sharer(), 1).await.map_err(ApiError::from)?;
    incoming.keep_place();
    outgoing.write(json!({ "type": "connection_ack" }).to_string()).await?;
    outgoing.flush().await?;
    let (replies, waiting_replies) = mpsc::channel(REPLIES_MAX);
    let (results, waiting_results) = mpsc::channel(1);
    tokio::select! {
        ended = listen(&lasting, incoming, &replies, &results) => ended,
        ended = send(&lasting, outgoing, waiting_replies, waiting_results) => ended,
    }
}

/// Learns who the client is.
async fn begin(visitor: Visitor, incoming: &mut Incoming) -> Result<Lasting, Ended> {
    match parse(&incoming.next().await?)? {
        Said::ConnectionInit(introduction) => visitor.introduce(Some(introduction), incoming).await,
        _ => Err(Ended::With(4401, out_of_order("Send connection_init first."))),
    }
}

/// Takes what the client says, and keeps its subscriptions.
async fn listen(
    lasting: &Lasting,
    incoming: &mut Incoming,
    replies: &mpsc::Sender<String>,
    results: &mpsc::Sender<String>,
) -> Result<Infallible, Ended> {
    let mut running: HashMap<String, Running> = HashMap::new();
    let reply = |text: String| {
        let full = |_| ApiError::new(&code::TOO_MANY, "Read the answers before you ask for more.");
        replies.try_send(text).map_err(full)
    };
    loop {
        match parse(&incoming.next().await?)? {
            Said::ConnectionInit(_) => {
                return Err(Ended::With(4429, out_of_order("The caller is known already.")));
            }
            Said::Ping => reply(json!({ "type": "pong" }).to_string())?,
            Said::Pong => {}
            Said::Complete(id) => {
                running.remove(&id);
            }
            Said::Subscribe(id, request) => {
                running.retain(|_, running| !running.is_over());
                check_id(&id)?;
                if running.contains_key(&id) {
                    return Err(Ended::With(4409, out_of_order("A subscription with this id is running.")));
                }
                if running.len() >= GRAPHQL_SUBSCRIPTIONS_MAX {
                    let detail = format!("A socket has at most {GRAPHQL_SUBSCRIPTIONS_MAX} subscriptions at once.");
                    reply(message::error(&id, &[server_error(ApiError::new(&code::TOO_MANY, detail))]))?;
                } else {
                    running.insert(id.clone(), Running::start(lasting.clone(), id, request, results.clone()));
                }
            }
        }
    }
}

fn check_id(id: &str) -> Result<(), ApiError> {
    if (1..=SUBSCRIPTION_ID_BYTES_MAX).contains(&id.len()) {
        return Ok(());
    }
    let detail = format!("An id has 1 to {SUBSCRIPTION_ID_BYTES_MAX} bytes.");
    Err(ApiError::new(&common::INVALID_FIELD, detail).at("/id", common::INVALID_FIELD.name, "is empty or too long"))
}

/// Sends what the subscriptions and the answers to messages are.
async fn send(
    lasting: &Lasting,
    outgoing: &mut Outgoing,
    mut replies: mpsc::Receiver<String>,
    mut results: mpsc::Receiver<String>,
) -> Result<Infallible, Ended> {
    loop {
        // The senders live as long as this future.
        let text = tokio::select! {
            biased;
            Some(reply) = replies.recv() => reply,
            Some(result) = results.recv() => result,
            () = tokio::time::sleep(outgoing.times.ping) => {
                lasting.standing.check(&lasting.gateway).await?;
                outgoing.ping().await?;
                continue;
            }
        };
        outgoing.write(text).await?;
        outgoing.flush().await?;
    }
}
