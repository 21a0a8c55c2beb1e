//! One subscription of a socket. Invariant: its document is measured before it runs, and all of its code runs on the
//! processors for computing.

use super::message;
use crate::{
    auth::Lasting,
    graphql::{
        drive,
        execute::{self, GraphqlRequest, Ready},
        limit::ERRORS_MAX,
        prepare,
        refusal::{Refusal, invalid, server_error},
    },
    trace,
};
use async_graphql::{
    Request, Response, ServerError,
    parser::types::{OperationType, Selection},
};
use futures::{StreamExt as _, stream::BoxStream};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// A subscription that runs until it is dropped.
pub(super) struct Running {
    is_over: Arc<AtomicBool>,
    _task: AbortOnDropHandle<()>,
}

impl Running {
    pub(super) fn start(lasting: Lasting, id: String, request: GraphqlRequest, out: mpsc::Sender<String>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let work = async move {
            let last = match follow(&lasting, &id, request, &out).await {
                Ok(()) => message::complete(&id),
                Err(mut errors) => {
                    errors.truncate(ERRORS_MAX);
                    errors.iter_mut().for_each(prepare::name_code);
                    message::error(&id, &errors)
                }
            };
            // Before the client knows, so that it can use the id again at once.
            over.store(true, Ordering::Release);
            // Nobody takes it when the socket has ended.
            let _ = out.send(last).await;
        };
        Self { is_over, _task: AbortOnDropHandle::new(tokio::spawn(trace::inherit(work))) }
    }

    /// Whether its last message is on its way.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }
}

/// Sends each result until there is no further one.
async fn follow(
    lasting: &Lasting,
    id: &str,
    request: GraphqlRequest,
    out: &mpsc::Sender<String>,
) -> Result<(), Vec<ServerError>> {
    let mut responses = begin(lasting, request).await?;
    loop {
        let id = id.to_owned();
        let step = drive::run(&lasting.gateway.processors, async move {
            let next = responses.next().await.map(|response| text_of(&id, response));
            (next, responses)
        });
        let (next, rest) = step.await.map_err(|error| vec![server_error(error)])?;
        responses = rest;
        let Some(text) = next.transpose()? else { return Ok(()) };
        if out.send(text).await.is_err() {
            // The socket has ended.
            return Ok(());
        }
    }
}

/// Prepares a document and begins to run it.
async fn begin(lasting: &Lasting, request: GraphqlRequest) -> Result<BoxStream<'static, Response>, Vec<ServerError>> {
    let gateway = &lasting.gateway;
    let prepared = execute::prepare(gateway, request).await.map_err(|error| vec![server_error(error)])?;
    let Ready { prepared, variables, operation_name } = match prepared.and_then(only_subscription) {
        Ok(ready) => ready,
        Err(Refusal::Problem(error)) => return Err(vec![server_error(error)]),
        Err(Refusal::Errors(errors)) => return Err(errors),
    };
    let mut request = Request::new("").variables(variables).data(lasting.clone());
    request.set_parsed_query(prepared.document);
    if let Some(name) = operation_name {
        request = request.operation_name(name);
    }
    Ok(gateway.schema.schema.execute_stream(request))
}

/// Refuses what is no subscription to one field (GraphQL, section 5.2.4.1).
fn only_subscription(ready: Ready) -> Result<Ready, Refusal> {
    let operation = prepare::operation(&ready.prepared.document, ready.operation_name.as_deref());
    // Without it, the library says what is wrong with the name.
    let Some(operation) = operation else { return Ok(ready) };
    if operation.node.ty != OperationType::Subscription {
        return Err(invalid("A socket runs subscriptions; send queries by POST.", operation.pos).into());
    }
    match &operation.node.selection_set.node.items[..] {
        [only] if matches!(only.node, Selection::Field(_)) => Ok(ready),
        _ => Err(invalid("A subscription has one field.", operation.pos).into()),
    }
}

/// The message with a result.
fn text_of(id: &str, response: Response) -> Result<String, Vec<ServerError>> {
    if !response.errors.is_empty() {
        return Err(response.errors);
    }
    Ok(json!({ "id": id, "type": "next", "payload": response }).to_string())
}
