//! Many ordinary things at once: connections that come and go, pipelines, resets, half-closed sockets.

use super::Attack;
use crate::{
    connection::Connection,
    context::{Context, STRANGER},
    document::{document, event, item},
    http::Request,
    load::{Flood, flood},
    tally::{Expected, Tally},
};
use anyhow::ensure;
use futures::{FutureExt as _, future::join_all};
use std::{sync::Arc, time::Duration};
use tokio::{io::AsyncWriteExt as _, time::Instant};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "connection-churn",
        "32 loops, at most 1,500 connections/s, each with one request and Connection: close",
        "any answer without a server error",
        |context| churn(context).boxed(),
    ),
    Attack::new(
        "connection-resets",
        "32 loops, at most 1,000 connections/s that send a capture and reset at once",
        "no failed request of the neighbour, and no connection of the database that stays in use",
        |context| resets(context).boxed(),
    )
    .long(),
    Attack::new(
        "half-closed-sockets",
        "200 connections that end their sending side after a request",
        "the answer to each complete request",
        |context| half_closed(context).boxed(),
    ),
    Attack::new(
        "pipelines-read",
        "8 connections that each pipeline 2,000 requests for /v1/tenant and read all answers",
        "one answer for each request, in order, without a server error",
        |context| pipelines(context).boxed(),
    ),
    Attack::new(
        "tenant-at-its-rate",
        "64 connections, 2,500 requests/s of one tenant: ordinary reads",
        "200, 429 or a typed 503; the neighbour is served meanwhile",
        |context| at_the_rate(context).boxed(),
    ),
];

async fn churn(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 32, per_second: 1_500, source: STRANGER };
    let make = |_| Request::get("/livez").header("connection", "close");
    Ok(flood(&context, load, Expected::Any, make).await)
}

async fn resets(context: Arc<Context>) -> anyhow::Result<Tally> {
    let end = Instant::now() + context.duration;
    let text = document("", &[event(&[item(1)], "")]);
    let bytes = Request::post("/epcis/capture", text).bearer(&context.attacker.token).to_bytes("localhost");
    let loops = (0..32).map(|_| {
        let (context, bytes) = (Arc::clone(&context), bytes.clone());
        tokio::spawn(async move {
            let mut count = 0_u64;
            while Instant::now() < end {
                if let Ok(mut connection) = Connection::open(context.server, context.attacker.source).await {
                    let _ = connection.write(&bytes).await;
                    // Closing with an unread answer resets the connection.
                    let _ = connection.stream.set_zero_linger();
                    count += 1;
                }
                tokio::time::sleep(Duration::from_millis(32)).await;
            }
            count
        })
    });
    let count = join_all(loops).await.into_iter().flatten().sum();
    let mut tally = Tally { statuses: [(0, count)].into(), ..Tally::default() };
    tally.expect("a request afterwards", &context.send(Request::get("/v1/tenant")).await, &Expected::Status(&[200]));
    Ok(tally)
}

async fn half_closed(context: Arc<Context>) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let request = Request::get("/livez").to_bytes("localhost");
    for _ in 0..200 {
        let mut connection = Connection::open(context.server, context.attacker.source).await?;
        connection.write(&request).await?;
        connection.stream.shutdown().await?;
        // A server may treat the end of the request's side as the end of the connection (RFC 9112, section 9.6).
        tally.expect("a half-closed socket", &connection.answer(false).await, &Expected::DoneOrClosed);
    }
    Ok(tally)
}

async fn pipelines(context: Arc<Context>) -> anyhow::Result<Tally> {
    let request = Request::get("/v1/tenant").bearer(&context.attacker.token).to_bytes("localhost");
    let pipeline = |_| {
        let (context, bytes) = (Arc::clone(&context), request.repeat(100));
        async move {
            let mut tally = Tally::default();
            let mut connection = Connection::open(context.server, context.attacker.source).await?;
            let end = Instant::now() + context.duration;
            for _ in 0..20 {
                ensure!(Instant::now() < end + Duration::from_secs(30), "the pipeline takes too long");
                connection.write(&bytes).await?;
                for _ in 0..100 {
                    tally.expect("an answer", &connection.answer(false).await, &Expected::Status(&[200, 429, 503]));
                }
            }
            Ok(tally)
        }
    };
    let tallies: anyhow::Result<Vec<Tally>> = join_all((0..8).map(pipeline)).await.into_iter().collect();
    Ok(tallies?.into_iter().fold(Tally::default(), Tally::merge))
}

async fn at_the_rate(context: Arc<Context>) -> anyhow::Result<Tally> {
    let token = context.attacker.token.clone();
    let load = Flood { connections: 64, per_second: 2_500, source: context.attacker.source };
    let make = move |number: u64| {
        let path = if number.is_multiple_of(2) { "/v1/tenant" } else { "/epcis/events?perPage=10" };
        Request::get(path).bearer(&token)
    };
    Ok(flood(&context, load, Expected::Status(&[200, 503]), make).await)
}
