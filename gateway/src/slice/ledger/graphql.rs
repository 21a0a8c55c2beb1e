//! GraphQL fields about the ledger. Invariant: the fields need no scope, like their REST endpoints.
#![allow(clippy::unused_async, reason = "async-graphql takes async resolvers only")]

use super::{
    model::LedgerStatus,
    network::{CONVICTIONS_MAX, model::LedgerNetwork},
    status,
};
use crate::{graphql::FieldPrice, state::Gateway};
use async_graphql::{Context, Object, Result};
use std::sync::Arc;

/// What the fields cost.
pub const PRICES: &[FieldPrice] = &[
    FieldPrice::read("Query", "ledgerStatus", 0),
    FieldPrice::read("Query", "ledgerNetwork", 0),
    FieldPrice::list("Beacon", "convictions", CONVICTIONS_MAX as u64),
];

/// Fields of the query root about the ledger.
#[derive(Clone, Copy, Debug, Default)]
pub struct LedgerQuery;

#[Object]
impl LedgerQuery {
    /// Heights, totals and finality times of the ledger.
    async fn ledger_status(&self, context: &Context<'_>) -> Result<LedgerStatus> {
        Ok(status::status(context.data::<Arc<Gateway>>()?))
    }

    /// The validators, the blocks they signed recently, and detected equivocations.
    async fn ledger_network(&self, context: &Context<'_>) -> Result<LedgerNetwork> {
        let gateway = context.data::<Arc<Gateway>>()?;
        let network = gateway.network.report().await?;
        Ok(LedgerNetwork::clone(&network))
    }
}
