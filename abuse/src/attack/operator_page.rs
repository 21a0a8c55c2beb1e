//! Pages that need no credentials: health, metrics, documents, the console.

use super::Attack;
use crate::{
    context::{Context, STRANGER},
    http::Request,
    load::{Flood, flood},
    tally::{Expected, Tally},
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "readyz-flood",
        "400 connections, 3,000 requests/s for /readyz from one address",
        "200, 429 or a typed 503; the neighbour is served meanwhile",
        |context| one_path(context, "/readyz").boxed(),
    ),
    Attack::new(
        "metrics-flood",
        "400 connections, 3,000 requests/s for /metrics from one address",
        "200, 401, 403, 404, 429 or a typed 503; the neighbour is served meanwhile",
        |context| one_path(context, "/metrics").boxed(),
    ),
    Attack::new(
        "public-pages-flood",
        "200 connections, 2,000 requests/s for the console, /openapi.json, the network, anchors and key sets",
        "any answer without a server error",
        |context| public(context).boxed(),
    ),
    Attack::new(
        "unknown-paths-flood",
        "64 connections, 2,000 requests/s for paths that do not exist, each another one",
        "200, 404, 429 or a typed 503, and metrics that do not grow with each path",
        |context| unknown(context).boxed(),
    ),
];

async fn one_path(context: Arc<Context>, path: &'static str) -> anyhow::Result<Tally> {
    let load = Flood { connections: 400, per_second: 3_000, source: STRANGER };
    let expected = Expected::Status(&[200, 401, 403, 404, 503]);
    Ok(flood(&context, load, expected, move |_| Request::get(path)).await)
}

async fn public(context: Arc<Context>) -> anyhow::Result<Tally> {
    let paths = [
        "/",
        "/openapi.json",
        "/v1/ledger/network",
        "/v1/ledger/status",
        "/v1/ledger/anchor",
        "/docs/",
        "/graphiql/",
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
        "/v1/ledger/anchor?epoch=99999999",
    ];
    let load = Flood { connections: 200, per_second: 2_000, source: STRANGER };
    let make = move |number| Request::get(paths[usize::try_from(number).unwrap_or(0) % paths.len()]);
    Ok(flood(&context, load, Expected::Any, make).await)
}

async fn unknown(context: Arc<Context>) -> anyhow::Result<Tally> {
    let before = context.send_as_stranger(Request::get("/metrics")).await?;
    let load = Flood { connections: 64, per_second: 2_000, source: STRANGER };
    let make = |number| Request::get(format!("/nothing-{number}/{number}"));
    let mut tally = flood(&context, load, Expected::Status(&[200, 404, 503]), make).await;
    let after = context.send_as_stranger(Request::get("/metrics")).await?;
    if before.status == 200 && after.status == 200 {
        let grown = after.length.saturating_sub(before.length);
        tally.check(grown < 64 * 1_024, || format!("/metrics grew by {grown} bytes"));
    }
    Ok(tally)
}
