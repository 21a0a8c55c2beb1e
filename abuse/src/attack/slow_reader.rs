//! Clients that read large answers steadily, and far too slowly. The server must not keep an answer's memory for them.

use super::{
    Attack,
    page::{page_request, store_captures},
};
use crate::{
    context::Context,
    load::{Hold, Then, hold},
    tally::Tally,
};
use futures::FutureExt as _;
use std::sync::Arc;

pub(super) const ATTACKS: &[Attack] = &[Attack::new(
    "slow-readers",
    "32 connections of a tenant that ask for pages of 4 MiB and read 2 KiB/s of each",
    "the neighbour is served meanwhile",
    |context| readers(context).boxed(),
)
.after(|context| store_captures(context, 1).boxed())];

/// What each of them reads in a second: more than what a stalled connection may, and one thirtieth of what a page asks
/// for.
const BYTES_PER_S: usize = 2 * 1_024;
async fn readers(context: Arc<Context>) -> anyhow::Result<Tally> {
    let bytes = page_request(&context).to_bytes("localhost");
    let then = Then::ReadSlowly(BYTES_PER_S);
    let load = Hold { connections: 32, addresses: 1, source: context.attacker.source, then };
    Ok(hold(&context, load, bytes).await)
}
