//! The sub-protocol `waymark.events.v1`. Invariant: no more events are sent than the client has given credit for, and
//! nothing is kept when a socket ends: the client continues after the number that it acknowledged.

pub(super) mod message;
mod progress;

use super::{
    page,
    reader::{EventReader, Part, STREAM_EVENTS_MAX, Wanted},
};
use crate::{
    auth::{Lasting, Scope},
    error::ApiError,
    socket::{
        Ended, Farewell, Incoming, Outgoing, Session, code,
        introduction::{Visitor, out_of_order},
    },
};
use http::HeaderMap;
use message::{Said, Subscribe, Told};
use progress::Progress;
use serde_json::json;
use std::convert::Infallible;

pub use progress::CREDIT_MAX;

/// The name of the sub-protocol.
pub const SUB_PROTOCOL: &str = "waymark.events.v1";

/// One socket.
pub(super) struct EventSession {
    /// The head of the request, which may name heights.
    headers: HeaderMap,
    progress: Progress,
}

impl EventSession {
    pub(super) fn new(headers: HeaderMap) -> Self {
        Self { headers, progress: Progress::default() }
    }

    async fn converse(
        &self,
        visitor: Visitor,
        incoming: &mut Incoming,
        outgoing: &mut Outgoing,
    ) -> Result<Infallible, Ended> {
        let begun = tokio::time::timeout(outgoing.times.begin, begin(visitor, incoming, outgoing)).await;
        let (lasting, Subscribe { after, types, subject, credit }) = begun.unwrap_or_else(|_| Err(late()))?;
        let types = page::types_of(types.iter().map(String::as_str), "/types")?;
        page::check_subject(subject.as_deref(), "/subject")?;
        self.progress.add_credit(credit, "/credit")?;
        let (reader, _) = EventReader::open(lasting, Wanted { after, types, subject }, &self.headers).await?;
        incoming.keep_place();
        self.progress.begin(reader.read_to());
        outgoing.write(Told::Subscribed { after: reader.read_to() }.text()?).await?;
        outgoing.flush().await?;
        tokio::select! {
            ended = self.listen(incoming) => ended,
            ended = self.send(reader, outgoing) => ended,
        }
    }

    /// Takes what the client says while it is sent events.
    async fn listen(&self, incoming: &mut Incoming) -> Result<Infallible, Ended> {
        loop {
            match message::parse(&incoming.next().await?)? {
                Said::Credit(add) => self.progress.add_credit(add, "/add")?,
                Said::Ack(number) => self.progress.acknowledge(number)?,
                Said::ConnectionInit(_) => return Err(out_of_order("The caller is known already.").into()),
                Said::Subscribe(_) => return Err(out_of_order("A socket has one subscription.").into()),
            }
        }
    }

    /// Sends events as long as there is credit.
    async fn send(&self, mut reader: EventReader, outgoing: &mut Outgoing) -> Result<Infallible, Ended> {
        let ping = outgoing.times.ping;
        let mut told = reader.read_to();
        loop {
            let Ok(credit) = tokio::time::timeout(ping, self.progress.credit()).await else {
                reader.check().await?;
                outgoing.ping().await?;
                continue;
            };
            let events_max = u32::try_from(credit).unwrap_or(u32::MAX).min(STREAM_EVENTS_MAX);
            let found = reader.next(events_max, ping).await?;
            let is_idle = found.is_none();
            let mut last = told;
            if let Some(Part { page, charge: _charge }) = found {
                self.progress.note_sent(page.items.len() as u64, page.read_to);
                for item in &page.items {
                    last = item.id.parse().map_err(|error| ApiError::internal(&error))?;
                    outgoing.write(Told::Event { event: item }.text()?).await?;
                }
            }
            told = reader.read_to();
            if told > last {
                self.progress.note_sent(0, told);
                outgoing.write(Told::Position { read_to: told }.text()?).await?;
            }
            if is_idle {
                outgoing.ping().await?;
            } else {
                outgoing.flush().await?;
            }
        }
    }
}

impl Session for EventSession {
    async fn talk(&mut self, visitor: Visitor, incoming: &mut Incoming, outgoing: &mut Outgoing) -> Ended {
        match self.converse(visitor, incoming, outgoing).await {
            Ok(never) => match never {},
            Err(ended) => ended,
        }
    }

    fn farewell(&self, ended: &Ended) -> Option<Farewell> {
        let (close, error) = ended.problem()?;
        let (acked, code) = (self.progress.acknowledged(), error.code());
        let errors = &error.problem().errors;
        let told = Told::Error { code: code.name, title: code.title, detail: error.detail(), errors, acked };
        let reason = json!({ "code": code.name, "acked": acked });
        Some(Farewell { text: told.text().ok(), close, reason: reason.to_string() })
    }
}

/// Learns who the client is and what it wants.
async fn begin(
    visitor: Visitor,
    incoming: &mut Incoming,
    outgoing: &mut Outgoing,
) -> Result<(Lasting, Subscribe), Ended> {
    let mut said = message::parse(&incoming.next().await?)?;
    let lasting = match said {
        Said::ConnectionInit(introduction) => {
            let lasting = visitor.introduce(Some(introduction), incoming).await?;
            outgoing.write(Told::ConnectionAck.text()?).await?;
            outgoing.flush().await?;
            said = message::parse(&incoming.next().await?)?;
            lasting
        }
        _ => visitor.introduce(None, incoming).await?,
    };
    lasting.caller.require(Scope::EventRead)?;
    let Said::Subscribe(subscribe) = said else { return Err(out_of_order("Subscribe first.").into()) };
    Ok((lasting, subscribe))
}

fn late() -> Ended {
    ApiError::new(&code::BEGIN_TIMED_OUT, "Subscribe as soon as the socket is open.").into()
}
