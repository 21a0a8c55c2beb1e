//! The context of the current request: trace (W3C Trace Context), tenant and rate limit. Invariant: every request has a
//! trace id. The id comes from a well-formed `traceparent` or is generated here.

use crate::{budget::RequestBudget, rate_limit::RateStatus, tenant_id::TenantId};
use http::{HeaderMap, HeaderValue};
use std::sync::{Arc, OnceLock};

tokio::task_local! {
    static CURRENT: Arc<RequestContext>;
}

/// The header of W3C Trace Context, section 3.2.
pub const TRACEPARENT: &str = "traceparent";

/// The context of one request, which middleware and error responses read.
#[derive(Debug)]
pub struct RequestContext {
    trace_id: String,
    span_id: String,
    tenant: OnceLock<TenantId>,
    rate: OnceLock<RateStatus>,
    budget: Option<RequestBudget>,
}

impl RequestContext {
    /// Continues the caller's trace, or starts one when the header is absent or malformed (section 4.3).
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let trace_id = headers.get(TRACEPARENT).and_then(|value| value.to_str().ok()).and_then(trace_id_of);
        Self {
            trace_id: trace_id.map_or_else(|| hex::encode(rand::random::<[u8; 16]>()), str::to_owned),
            span_id: hex::encode(rand::random::<[u8; 8]>()),
            tenant: OnceLock::new(),
            rate: OnceLock::new(),
            budget: None,
        }
    }

    /// Adds what the request may use of the budgets.
    #[must_use]
    pub fn with_budget(self, budget: RequestBudget) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// The context of a part of this request, which lasts, such as a document of a socket. What the part holds of the
    /// budgets is given back at its end.
    fn part(&self) -> Self {
        Self {
            trace_id: self.trace_id.clone(),
            span_id: self.span_id.clone(),
            tenant: self.tenant.clone(),
            rate: OnceLock::new(),
            budget: self.budget.as_ref().map(RequestBudget::part),
        }
    }

    /// What the request holds of the budgets.
    pub fn budget(&self) -> Option<&RequestBudget> {
        self.budget.as_ref()
    }

    /// The trace id, 32 hexadecimal digits.
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// The `traceparent` of the response: the caller's trace id and this request's span id.
    pub fn traceparent(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("00-{}-{}-01", self.trace_id, self.span_id)).ok()
    }

    /// The tenant, once the caller is authenticated.
    pub fn tenant(&self) -> Option<TenantId> {
        self.tenant.get().copied()
    }

    /// The state of the tenant's rate limit, once it was checked.
    pub fn rate(&self) -> Option<RateStatus> {
        self.rate.get().copied()
    }
}

/// Runs `future` within the context of a request.
pub async fn scope<F: Future>(context: Arc<RequestContext>, future: F) -> F::Output {
    CURRENT.scope(context, future).await
}

/// Runs `future` as a part of the current request, if there is one: the memory that it keeps is given back when
/// it ends, before the end of the request.
pub async fn as_part<F: Future>(future: F) -> F::Output {
    match current() {
        Some(context) => CURRENT.scope(Arc::new(context.part()), future).await,
        None => future.await,
    }
}

/// Runs `work` within the context of a request.
pub fn enter<T>(context: Arc<RequestContext>, work: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(context, work)
}

/// Runs `future` within the current request, if there is one. Use it for work that is spawned as a task.
pub fn inherit<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let context = current();
    async move {
        match context {
            Some(context) => CURRENT.scope(context, future).await,
            None => future.await,
        }
    }
}

/// The current request; `None` outside of one.
pub fn current() -> Option<Arc<RequestContext>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// The current trace id; `None` outside of a request.
pub fn id() -> Option<String> {
    CURRENT.try_with(|context| context.trace_id.clone()).ok()
}

/// Records the tenant of the caller; only the first call has an effect.
pub(crate) fn set_tenant(tenant: TenantId) {
    let _ = CURRENT.try_with(|context| context.tenant.set(tenant));
}

/// Records the state of the rate limit for the response headers.
pub(crate) fn set_rate(status: RateStatus) {
    let _ = CURRENT.try_with(|context| context.rate.set(status));
}

/// The trace id of a `traceparent`; `None` when the header is malformed or an id in it is all zero.
fn trace_id_of(header: &str) -> Option<&str> {
    let mut parts = header.split('-');
    let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let flags = parts.next()?;
    let is_hex = |text: &str, len: usize| {
        text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let good = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    // A later version may append fields; version 00 may not (section 3.2.4).
    let ends = version != "00" || parts.next().is_none();
    (good && ends && !is_zero(trace) && !is_zero(span)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_header_is_continued() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let good = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(trace_id_of(&good), Some(trace));
        assert_eq!(trace_id_of(&format!("01-{trace}-00f067aa0ba902b7-01-later")), Some(trace));
        for bad in [
            "",
            "00",
            "00-0-0-0",
            &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            &format!("00-{trace}-{}-01", "0".repeat(16)),
            &format!("ff-{trace}-00f067aa0ba902b7-01"),
            &format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
            &format!("00-{trace}-00f067aa0ba902b7-01-more"),
        ] {
            assert_eq!(trace_id_of(bad), None, "{bad}");
        }
    }
}
