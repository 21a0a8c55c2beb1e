//! A subscription by WebSocket (EPCIS 2.0 REST binding, `GET /queries/{queryName}/events`). Invariant: a client that
//! subscribes again with the record time of the last event that it received, or with the time that it was told, misses
//! no event, whenever the socket or the gateway ended. Nothing is kept of a subscription beyond its socket.
//!
//! The binding has no sub-protocol: each message of the service is a document, and the client sends none. Only a client
//! without the header `Authorization` sends its credentials, first, and has an answer to that.

use super::{
    feed::{Feed, Kind, Wanted},
    follower::now_ms,
    parameters::SocketControls,
};
use crate::{
    auth::{Lasting, Scope},
    error::ApiError,
    provenance::answer,
    socket::{
        Ended, Farewell, Incoming, Outgoing, Session, code,
        introduction::{Introduction, Visitor, out_of_order},
    },
};
use serde_json::json;
use standards_epcis::schedule::Schedule;
use std::{convert::Infallible, time::Duration};
use tokio::time::{self, Instant};

/// One socket.
pub(in crate::slice::provenance) struct QuerySession {
    wanted: Wanted,
    /// What is sent; `None` before the caller is known.
    feed: Option<Feed>,
}

impl QuerySession {
    /// A session. `feed` is there when the credentials came with the request.
    pub(in crate::slice::provenance) fn new(wanted: Wanted, feed: Option<Feed>) -> Self {
        Self { wanted, feed }
    }

    async fn converse(
        &mut self,
        visitor: Visitor,
        incoming: &mut Incoming,
        outgoing: &mut Outgoing,
    ) -> Result<Infallible, Ended> {
        let Self { wanted, feed } = self;
        let begun = time::timeout(outgoing.times.begin, begin(visitor, wanted, feed.take(), incoming, outgoing)).await;
        let (lasting, begun) = begun.unwrap_or_else(|_| Err(late()))?;
        incoming.keep_place();
        let mut sender = Sender {
            lasting: &lasting,
            feed: feed.insert(begun),
            controls: &wanted.controls,
            ping: outgoing.times.ping,
            pinged_at: Instant::now(),
            outgoing,
        };
        tokio::select! {
            ended = listen(incoming) => ended,
            ended = sender.send() => ended,
        }
    }
}

impl Session for QuerySession {
    async fn talk(&mut self, visitor: Visitor, incoming: &mut Incoming, outgoing: &mut Outgoing) -> Ended {
        match self.converse(visitor, incoming, outgoing).await {
            Ok(never) => match never {},
            Err(ended) => ended,
        }
    }

    fn farewell(&self, ended: &Ended) -> Option<Farewell> {
        let (close, error) = ended.problem()?;
        let min_record_time = self.feed.as_ref().map(Feed::min_record_time);
        let reason = json!({ "code": error.code().name, "minRecordTime": min_record_time });
        // The binding has a failure in the format of problems.
        let (_, text) = answer::problem_text(error.clone(), self.wanted.form);
        Some(Farewell { text: Some(text), close, reason: reason.to_string() })
    }
}

/// Learns who the client is, unless its credentials came with the request.
async fn begin(
    visitor: Visitor,
    wanted: &Wanted,
    feed: Option<Feed>,
    incoming: &mut Incoming,
    outgoing: &mut Outgoing,
) -> Result<(Lasting, Feed), Ended> {
    if let Some(feed) = feed {
        return Ok((visitor.introduce(None, incoming).await?, feed));
    }
    let introduction = Introduction::read(&incoming.next().await?)?;
    let lasting = visitor.introduce(Some(introduction), incoming).await?;
    lasting.caller.require(Scope::ProvenanceRead)?;
    let (feed, _) = Feed::open(&lasting.gateway, lasting.caller.tenant, wanted).await?;
    let told = json!({ "type": "connection_ack", "minRecordTime": feed.min_record_time() });
    outgoing.write(told.to_string()).await?;
    outgoing.flush().await?;
    Ok((lasting, feed))
}

/// A subscriber says nothing.
async fn listen(incoming: &mut Incoming) -> Result<Infallible, Ended> {
    incoming.next().await?;
    Err(out_of_order("A subscriber sends no messages.").into())
}

/// Sends the documents.
struct Sender<'s> {
    lasting: &'s Lasting,
    feed: &'s mut Feed,
    controls: &'s SocketControls,
    outgoing: &'s mut Outgoing,
    /// The time between two checks of a socket on which nothing happens.
    ping: Duration,
    pinged_at: Instant,
}

impl Sender<'_> {
    async fn send(&mut self) -> Result<Infallible, Ended> {
        match self.controls.schedule {
            None => self.stream().await,
            Some(schedule) => self.at_times(schedule).await,
        }
    }

    /// Sends events as they are recorded.
    async fn stream(&mut self) -> Result<Infallible, Ended> {
        loop {
            self.keep_alive().await?;
            if self.feed.is_behind() || time::timeout(self.left(), self.feed.changed()).await.is_ok() {
                self.tell(Kind::Events).await?;
            }
        }
    }

    /// Sends, at the times of a schedule, the events that were recorded up to then.
    async fn at_times(&mut self, schedule: Schedule) -> Result<Infallible, Ended> {
        let mut ran_s = now_ms() / 1_000;
        loop {
            let due_ms = schedule.next_after(ran_s).map_or(i64::MAX, |due_s| due_s.saturating_mul(1_000));
            loop {
                self.keep_alive().await?;
                let wait_ms = u64::try_from(due_ms.saturating_sub(now_ms())).unwrap_or(0);
                if wait_ms == 0 {
                    break;
                }
                time::sleep(self.left().min(Duration::from_millis(wait_ms))).await;
            }
            ran_s = now_ms() / 1_000;
            let mut has_told = !self.controls.report_if_empty;
            self.feed.look_again();
            while self.feed.is_behind() {
                self.keep_alive().await?;
                has_told |= self.tell(Kind::Events).await?;
            }
            while !has_told {
                has_told = self.tell(Kind::Empty).await?;
            }
        }
    }

    /// Sends the next document; false when there is none, or none now.
    async fn tell(&mut self, kind: Kind) -> Result<bool, Ended> {
        let Some(mut next) = self.feed.next(self.lasting, kind).await? else { return Ok(false) };
        let text = next.take_text();
        let is_told = text.is_some();
        if let Some(text) = text {
            self.outgoing.write(text).await?;
        }
        self.feed.settle(&next, is_told);
        self.outgoing.flush().await?;
        Ok(is_told)
    }

    /// Checks the client and its rights when that was not done for a while.
    async fn keep_alive(&mut self) -> Result<(), Ended> {
        if self.left().is_zero() {
            self.feed.check(self.lasting).await?;
            self.outgoing.ping().await?;
            self.pinged_at = Instant::now();
        }
        Ok(())
    }

    /// The time until the next check.
    fn left(&self) -> Duration {
        self.ping.saturating_sub(self.pinged_at.elapsed())
    }
}

fn late() -> Ended {
    ApiError::new(&code::BEGIN_TIMED_OUT, "Send connection_init as soon as the socket is open.").into()
}
