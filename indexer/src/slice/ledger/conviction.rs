//! The table of convictions [P16, slashing]: the validator, the offence and the use of the slashed amount. Invariant:
//! the table has one row for each `Convicted` event on the chain.

use crate::{
    batch::AppliedRecord,
    column::{self, ColumnError},
    insert::{Insert, Statement, Table},
};
use chain_types::{
    Command, Epoch, Height, ShardId, TimestampMs, TxId,
    beacon::{self, Evidence, Offence, ValidatorId},
    certificate::Equivocation,
    codec,
};
use sqlx::{AssertSqlSafe, PgConnection};

pub(super) const CONVICTION: Table = Table { name: "conviction", key: &["shard", "height", "record_index"] };

/// A conviction of a validator on the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConvictionRow {
    /// The block of the beacon's shard with the conviction.
    pub height: Height,
    /// The block's time.
    pub timestamp_ms: TimestampMs,
    /// The transaction with the evidence.
    pub tx_id: TxId,
    pub validator: ValidatorId,
    /// The epoch of the offence.
    pub epoch: Epoch,
    pub offence: Offence,
    /// The slashed amount in native units: the sum of the next three fields.
    pub slashed: u64,
    /// The reward of the reporter's tenant, in native units.
    pub rewarded: u64,
    /// The share of the compensation fund, in native units.
    pub compensated: u64,
    /// The burned amount, in native units.
    pub burned: u64,
    /// The two votes of an equivocation; `None` for another offence.
    pub equivocation: Option<Equivocation>,
}

column::readable!(ConvictionRow {
    height,
    timestamp_ms,
    tx_id,
    validator,
    epoch,
    offence,
    slashed,
    rewarded,
    compensated,
    burned,
    equivocation,
});

/// The convictions of a batch: shard and index of each record, and its row.
#[derive(Debug, Default)]
pub(crate) struct Rows(Vec<(ShardId, u32, ConvictionRow)>);

impl Rows {
    /// Adds the row of an event, when it is a conviction.
    pub(crate) fn push(&mut self, event: &beacon::Event, record: &AppliedRecord<'_>) {
        let &beacon::Event::Convicted { validator, offence, slashed, rewarded, compensated, burned } = event else {
            return;
        };
        let Command::Beacon(beacon::Command::ReportEvidence(evidence)) = &record.entry.core.command else {
            return;
        };
        let row = ConvictionRow {
            height: record.header.height,
            timestamp_ms: record.header.timestamp_ms,
            tx_id: record.tx_id,
            validator,
            epoch: epoch_of(evidence),
            offence,
            slashed,
            rewarded,
            compensated,
            burned,
            equivocation: match &**evidence {
                Evidence::Equivocation(equivocation) => Some(equivocation.clone()),
                Evidence::BrokenPromise(_) | Evidence::BadDeal(_) | Evidence::ForeignVote(_) => None,
            },
        };
        self.0.push((record.header.shard, record.record_index, row));
    }

    /// Writes the rows.
    pub(crate) fn statements(&self) -> Result<Vec<Statement>, ColumnError> {
        Insert::into(CONVICTION, &self.0)
            .column("shard", |(shard, ..)| *shard)
            .column("height", |(.., row)| row.height)
            .column("record_index", |(_, record_index, _)| *record_index)
            .column("timestamp_ms", |(.., row)| row.timestamp_ms)
            .column("tx_id", |(.., row)| row.tx_id)
            .column("validator", |(.., row)| row.validator)
            .column("epoch", |(.., row)| row.epoch)
            .column("offence", |(.., row)| row.offence)
            .column("slashed", |(.., row)| row.slashed)
            .column("rewarded", |(.., row)| row.rewarded)
            .column("compensated", |(.., row)| row.compensated)
            .column("burned", |(.., row)| row.burned)
            .column("equivocation", |(.., row)| row.equivocation.clone())
            .statements()
    }
}

const fn epoch_of(evidence: &Evidence) -> Epoch {
    match evidence {
        Evidence::Equivocation(equivocation) => equivocation.first.vote.epoch,
        Evidence::BrokenPromise(broken) => broken.promise.signed.promise.epoch,
        Evidence::BadDeal(signed) => signed.deal.epoch,
        Evidence::ForeignVote(foreign) => foreign.vote.epoch,
    }
}

const OFFENCES: [Offence; 4] = [Offence::Equivocation, Offence::BrokenPromise, Offence::BadDeal, Offence::ForeignVote];

const fn number(offence: Offence) -> i16 {
    match offence {
        Offence::Equivocation => 0,
        Offence::BrokenPromise => 1,
        Offence::BadDeal => 2,
        Offence::ForeignVote => 3,
    }
}

column::column_types! {
    Offence as i16: |offence| Ok(number(offence)), |sql| column::from_number(&OFFENCES, number, sql);
    Equivocation as Vec<u8>: |votes| Ok(codec::encode(&votes)), |sql| Ok(codec::decode("an equivocation", &sql)?);
}

/// Returns the newest convictions, newest first.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn recent_convictions(connection: &mut PgConnection, limit: u32) -> Result<Vec<ConvictionRow>, sqlx::Error> {
    let statement = format!(
        "SELECT {} FROM index.conviction ORDER BY height DESC, record_index DESC LIMIT $1",
        ConvictionRow::COLUMNS
    );
    let found = sqlx::query(AssertSqlSafe(statement)).bind(i64::from(limit)).fetch_all(connection).await?;
    found.iter().map(ConvictionRow::read).collect()
}

#[cfg(test)]
mod tests;
