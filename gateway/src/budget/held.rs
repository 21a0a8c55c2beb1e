//! Holds what a request has of the budgets until its answer is sent. Invariant: an answer that the client does not read
//! still counts.

use super::{
    Permit, Uncharged,
    charge::{Charged, kib},
    current,
};
use crate::error::ApiError;
use axum::{
    body::{Body, HttpBody},
    response::Response,
};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// Answers up to this size, in KiB, are not charged: the room of their request limits them.
pub(super) const UNCHARGED_KIB_MAX: u32 = 16;

/// Charges the answer of the current request, unless it was charged when it was made, and holds the request's room
/// until the answer is sent.
pub(crate) async fn hold(response: Response) -> Result<Response, ApiError> {
    let is_free = response.extensions().get::<Uncharged>().is_some();
    let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
    let Some((room, kept, charged, bytes, sharer)) = current(|budget| {
        (budget.take_room(), budget.take_answer(), budget.answer_kib(), budget.all().bytes.clone(), budget.sharer())
    }) else {
        return Ok(response);
    };
    if is_free {
        return Ok(response);
    }
    let open = kib(size).saturating_sub(charged);
    let answer = match (kept, open) {
        (None, 0..=UNCHARGED_KIB_MAX) => None,
        (None, open) => Some(bytes.acquire(sharer, open).await?),
        (Some(mut kept), open) if open <= kept.amount() => {
            kept.shrink_to(open);
            Some(kept)
        }
        (Some(kept), open) => {
            // Answers that each hold a part and wait for more would keep each other waiting.
            drop(kept);
            Some(bytes.acquire(sharer, open).await?)
        }
    };
    let permits: Permits = Arc::new([room, answer]);
    Ok(response.map(|body| Body::new(Held { body, permits })))
}

type Permits = Arc<[Option<Permit>; 2]>;

/// A body whose every chunk holds the permits of its request.
struct Held {
    body: Body,
    permits: Permits,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        let permits = &self.permits;
        let hold = |bytes| Bytes::from_owner(Charged { bytes, _permit: Arc::clone(permits) });
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(hold))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
