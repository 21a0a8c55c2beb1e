//! GraphQL fields about events. Invariant: the page is that of REST, with the same scope.

use super::{
    model::{CloudEvent, CloudEventPage},
    page::{self, EventSearch},
    reader::{EventReader, Part, STREAM_EVENTS_MAX, Wanted},
    stream::KEEP_ALIVE_MS,
};
use crate::{
    auth::{Lasting, Scope, reader},
    budget::Charge,
    error::ApiError,
    graphql::FieldPrice,
    page::{PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX},
};
use async_graphql::{Context, Object, Result, Subscription};
use futures::stream::{self, BoxStream, StreamExt as _};
use http::HeaderMap;
use std::{time::Duration, vec};

/// What the fields cost.
pub const PRICES: &[FieldPrice] = &[
    // A page looks through runs of events, and its events have summaries.
    FieldPrice::page("Query", "cloudEvents", "first", PAGE_LIMIT_DEFAULT as u32, PAGE_LIMIT_MAX as u32).weighing(50),
    // The page has counted its events.
    FieldPrice::list("CloudEventPage", "items", 1),
    // A part of a stream is read at once.
    FieldPrice { reads: 1, ..FieldPrice::list("Subscription", "cloudEvents", STREAM_EVENTS_MAX as u64).weighing(50) },
];

/// Fields of the query root about events.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// What became final for the tenant, as CloudEvents 1.0, in the order of their numbers: those after the number
    /// `after`, of one of the types, about the subject. All given conditions must hold. `first` is at most 500.
    async fn cloud_events(
        &self,
        context: &Context<'_>,
        after: Option<u64>,
        types: Option<Vec<String>>,
        subject: Option<String>,
        first: Option<u32>,
    ) -> Result<CloudEventPage> {
        let reader = reader(context, Scope::EventRead).await?;
        let limit = page::limit_of(first, "/first")?;
        let types = page::types_of(types.iter().flatten().map(String::as_str), "/types")?;
        page::check_subject(subject.as_deref(), "/subject")?;
        let search = EventSearch { after: after.unwrap_or(0), types, subject, limit };
        Ok(page::list(reader.gateway, reader.tenant, search).await?)
    }
}

/// Fields of the subscription root about events.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventSubscription;

#[Subscription]
impl EventSubscription {
    /// What becomes final for the tenant, as CloudEvents 1.0, in the order of their numbers: those after the number
    /// `after`, of one of the types, about the subject. All given conditions must hold. Without `after` it begins with
    /// the next event. Subscribe again with `after` set to the `id` of the last event, and none is missed.
    async fn cloud_events(
        &self,
        context: &Context<'_>,
        after: Option<u64>,
        types: Option<Vec<String>>,
        subject: Option<String>,
    ) -> Result<BoxStream<'static, Result<CloudEvent>>> {
        let lasting = context.data::<Lasting>()?.clone();
        lasting.caller.require(Scope::EventRead)?;
        let types = page::types_of(types.iter().flatten().map(String::as_str), "/types")?;
        page::check_subject(subject.as_deref(), "/subject")?;
        let wanted = Wanted { after, types, subject };
        let (reader, _) = EventReader::open(lasting, wanted, &HeaderMap::new()).await?;
        let following = Following { reader, part: Vec::new().into_iter(), charge: None, is_over: false };
        Ok(stream::unfold(following, Following::next).boxed())
    }
}

/// A stream of single events.
struct Following {
    reader: EventReader,
    /// The rest of a part, with the memory of all of it.
    part: vec::IntoIter<CloudEvent>,
    charge: Option<Charge>,
    is_over: bool,
}

impl Following {
    /// The next event; `None` after an error.
    async fn next(mut self) -> Option<(Result<CloudEvent>, Self)> {
        if self.is_over {
            return None;
        }
        let found = self.find().await;
        self.is_over = found.is_err();
        Some((found.map_err(Into::into), self))
    }

    async fn find(&mut self) -> Result<CloudEvent, ApiError> {
        loop {
            if let Some(event) = self.part.next() {
                return Ok(event);
            }
            self.charge = None;
            // Without events the credentials are checked again after this time.
            let found = self.reader.next(STREAM_EVENTS_MAX, Duration::from_millis(KEEP_ALIVE_MS)).await?;
            if let Some(Part { page, charge }) = found {
                (self.part, self.charge) = (page.items.into_iter(), Some(charge));
            }
        }
    }
}
