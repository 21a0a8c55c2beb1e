//! Clients that read large answers steadily, and far too slowly. The server must not keep an answer's memory for them.

use super::{
    Attack,
    page::{page_request, store_captures},
};
use crate::{
    context::Context,
    load::{Hold, Then, hold, read_slowly},
    tally::Tally,
};
use futures::{FutureExt as _, future::join_all};
use std::{sync::Arc, time::Duration};

pub(super) const ATTACKS: &[Attack] = &[
    Attack::new(
        "slow-readers",
        "32 connections of a tenant that ask for pages of 4 MiB and read 2 KiB/s of each",
        "the neighbour is served meanwhile",
        |context| readers(context).boxed(),
    )
    .after(|context| store_captures(context, 1).boxed()),
    Attack::new(
        "slow-readers-to-the-end",
        "8 of them, until the server closes",
        "each is closed within half a minute, whatever is left of its answer",
        |context| to_the_end(context).boxed(),
    )
    .after(|context| store_captures(context, 1).boxed())
    .long(),
];

/// What each of them reads in a second: more than what a stalled connection may, and one thirtieth of what a page asks
/// for.
const BYTES_PER_S: usize = 2 * 1_024;
/// The time in which each must be closed.
const CLOSED_S_MAX: u64 = 30;

async fn readers(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bytes = page_request(&context).to_bytes("localhost");
    let then = Then::ReadSlowly(BYTES_PER_S);
    let load = Hold { connections: 32, addresses: 1, source: context.attacker.source, then };
    Ok(hold(&context, load, bytes).await)
}

async fn to_the_end(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bytes = page_request(&context).to_bytes("localhost");
    let patience = Duration::from_secs(CLOSED_S_MAX);
    let reading = (0..8).map(|_| {
        tokio::time::timeout(patience, read_slowly(context.server, context.attacker.source, &bytes, BYTES_PER_S))
    });
    let mut tally = Tally::default();
    for ended in join_all(reading).await {
        match ended {
            Ok(read) => tally.check(read.is_ok(), || "the connection was not made".to_owned()),
            Err(_) => tally.fault(format!("a reader of {BYTES_PER_S} bytes per second is served after {patience:?}")),
        }
    }
    Ok(tally)
}
