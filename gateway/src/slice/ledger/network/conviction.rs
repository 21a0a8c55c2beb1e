//! Convictions of validators, read from the index. Invariant: the rows are read again only after the index of the
//! beacon shard has advanced.

use super::{Source, accusation::accusation, model::beacon::Conviction, signers::SignerSets};
use crate::{db, error::ApiError};
use chain_beacon::BeaconState;
use chain_types::{Height, atomic::BEACON_SHARD, beacon::Offence};
use indexer::ledger::{ConvictionRow, recent_convictions};

/// The maximum number of convictions in a report.
pub const CONVICTIONS_MAX: u32 = 100;

/// The rows of the last read.
#[derive(Debug, Default)]
pub(super) struct Convictions {
    read_at: Option<Height>,
    rows: Vec<ConvictionRow>,
}

impl Convictions {
    /// Returns the newest convictions, newest first.
    pub(super) async fn newest(
        &mut self,
        source: &Source,
        sets: &mut SignerSets,
        beacon: &BeaconState,
    ) -> Result<Vec<Conviction>, ApiError> {
        let indexed = *source.index.indexed(BEACON_SHARD).borrow();
        if self.read_at != Some(indexed) {
            self.rows = db::run_service(&source.pool, |conn| {
                Box::pin(async move { Ok(recent_convictions(conn, CONVICTIONS_MAX).await?) })
            })
            .await?;
            self.read_at = Some(indexed);
        }
        let mut convictions = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            convictions.push(conviction(row, source, sets, beacon).await?);
        }
        Ok(convictions)
    }
}

async fn conviction(
    row: &ConvictionRow,
    source: &Source,
    sets: &mut SignerSets,
    beacon: &BeaconState,
) -> Result<Conviction, ApiError> {
    let accusation = match &row.equivocation {
        None => None,
        Some(equivocation) => {
            let vote = &equivocation.first.vote;
            let set = sets.of(&source.node, vote.shard, vote.epoch).await;
            set.and_then(|set| accusation(equivocation, &set))
        }
    };
    // A convicted validator leaves the registry, but the committee of the offending vote still lists its key.
    let registered = || beacon.registry().get(row.validator).map(|validator| validator.key.to_string());
    Ok(Conviction {
        validator: row.validator.0,
        key: accusation.as_ref().map(|accusation| accusation.key.clone()).or_else(registered),
        epoch: row.epoch.0,
        offence: offence(row.offence).to_owned(),
        height: row.height.0,
        timestamp: super::format_ms(row.timestamp_ms.0),
        tx_id: row.tx_id.to_string(),
        slashed: row.slashed.to_string(),
        rewarded: row.rewarded.to_string(),
        compensated: row.compensated.to_string(),
        burned: row.burned.to_string(),
        accusation,
    })
}

pub(in super::super) const fn offence(offence: Offence) -> &'static str {
    match offence {
        Offence::Equivocation => "equivocation",
        Offence::BrokenPromise => "broken_promise",
        Offence::BadDeal => "bad_deal",
        Offence::ForeignVote => "foreign_vote",
    }
}
