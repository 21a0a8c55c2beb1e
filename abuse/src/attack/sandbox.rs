//! Sandboxes: tenants that a stranger makes. These attacks run last, because they use up the stranger's rate.

use super::Attack;
use crate::{
    connection::Client,
    context::{Context, STRANGER},
    http::Request,
    load::{Flood, each, flood},
    tally::{Expected, Tally},
};
use futures::{FutureExt as _, future::join_all};
use std::{net::Ipv4Addr, sync::Arc};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "sandboxes-with-a-foreign-host",
        "POST /v1/sandboxes with the Host and Origin of another site, as a browser sends after DNS rebinding",
        "a refusal, and no tenant",
        |context| foreign_host(context).boxed(),
    ),
    Attack::new(
        "sandboxes-flood",
        "32 connections, 600 requests/s for sandboxes from one address",
        "at most 100 tenants, then 429 or another refusal",
        |context| many(context).boxed(),
    ),
    Attack::new(
        "sandboxes-from-64-addresses",
        "the same from 64 addresses, 10 sandboxes each",
        "at most 200 tenants, then 429 or another refusal",
        |context| many_addresses(context).boxed(),
    )
    .long(),
];

fn sandbox() -> Request {
    Request::post("/v1/sandboxes", r#"{"name":"flood"}"#)
}

async fn foreign_host(context: Arc<Context>) -> anyhow::Result<Tally> {
    let port = context.server.port();
    let hosts = [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
    ];
    let mut cases: Vec<_> =
        hosts.iter().map(|host| (format!("host {host}"), sandbox().header("host", host), Expected::Refused)).collect();
    let origin = sandbox().header("origin", "http://evil.example").header("sec-fetch-site", "cross-site");
    cases.push(("a foreign origin".to_owned(), origin, Expected::Refused));
    let plain = Request::new("POST", "/v1/sandboxes").header("content-type", "text/plain");
    cases.push(("a form's media type".to_owned(), plain, Expected::Refused));
    Ok(each(&mut context.client(), cases).await)
}

/// Counts the tenants that were made.
fn check_count(mut tally: Tally, most: u64) -> Tally {
    let made = [201, 202].iter().filter_map(|status| tally.statuses.get(status)).sum::<u64>();
    tally.check(made <= most, || format!("{made} tenants, at most {most}"));
    tally
}

async fn many(context: Arc<Context>) -> anyhow::Result<Tally> {
    let load = Flood { connections: 32, per_second: 600, source: STRANGER };
    let expected = Expected::Status(&[201, 202, 400, 401, 403, 404, 503]);
    Ok(check_count(flood(&context, load, expected, |_| sandbox()).await, 100))
}

async fn many_addresses(context: Arc<Context>) -> anyhow::Result<Tally> {
    // The server holds back refusals that follow each other, so the addresses ask side by side.
    let one = |last| {
        let mut client = Client::new(context.server, Ipv4Addr::new(127, 0, 2, last));
        async move {
            let mut tally = Tally::default();
            for _ in 0..10 {
                tally.count("a sandbox", &client.send(&sandbox()).await);
            }
            tally
        }
    };
    let tallies = join_all((10..74).map(one)).await;
    Ok(check_count(tallies.into_iter().fold(Tally::default(), Tally::merge), 200))
}
