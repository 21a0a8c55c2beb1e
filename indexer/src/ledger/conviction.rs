//! Convictions [P16]: who was convicted of what, and where the bond went. Invariant: one row for each `Convicted` event on
//! the chain; writing names no schema, reading does.

use crate::{
    batch::{CheckedBlock, RecordRef},
    column,
};
use chain_types::{
    Command, Epoch, Event, Height, Receipt, TimestampMs, TxId,
    beacon::{self, Evidence, Offence, ValidatorId},
    certificate::Equivocation,
    codec,
};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

/// One conviction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConvictionRow {
    /// The block of the beacon's shard that convicted.
    pub height: Height,
    /// The block's time.
    pub timestamp_ms: TimestampMs,
    /// The transaction that brought the evidence.
    pub tx_id: TxId,
    /// Who.
    pub validator: ValidatorId,
    /// The epoch of the offence.
    pub epoch: Epoch,
    /// Of what.
    pub offence: Offence,
    /// What the bond lost, in native units: the sum of the next three.
    pub slashed: u64,
    /// What the reporter's tenant got.
    pub rewarded: u64,
    /// What the compensation fund got.
    pub compensated: u64,
    /// What ceased to exist.
    pub burned: u64,
    /// The two votes of an equivocation; `None` for another offence.
    pub equivocation: Option<Equivocation>,
}

/// Writes the rows of what convicted in these blocks; a conviction is rare enough for a statement of its own.
pub(super) async fn insert(connection: &mut PgConnection, blocks: &[CheckedBlock]) -> Result<(), sqlx::Error> {
    for block in blocks {
        for record in block.each_record() {
            if let Some((event, evidence)) = convicted(&record) {
                insert_one(connection, block, &record, event, evidence).await?;
            }
        }
    }
    Ok(())
}

/// The event of a record that convicted, with its evidence.
fn convicted<'a>(record: &RecordRef<'a>) -> Option<(&'a beacon::Event, &'a Evidence)> {
    let Command::Beacon(beacon::Command::ReportEvidence(evidence)) = &record.entry.core.command else {
        return None;
    };
    match record.receipt {
        Receipt::Applied(Event::Beacon(event @ beacon::Event::Convicted { .. })) => Some((event, evidence)),
        _ => None,
    }
}

async fn insert_one(
    connection: &mut PgConnection,
    block: &CheckedBlock,
    record: &RecordRef<'_>,
    event: &beacon::Event,
    evidence: &Evidence,
) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO conviction (shard, height, record_index, timestamp_ms, tx_id, validator, epoch,
        offence, slashed, rewarded, compensated, burned, equivocation)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let beacon::Event::Convicted { validator, offence, slashed, rewarded, compensated, burned } = event else {
        return Ok(());
    };
    let votes = match evidence {
        Evidence::Equivocation(equivocation) => Some(codec::encode(equivocation)),
        Evidence::BrokenPromise(_) | Evidence::BadDeal(_) | Evidence::ForeignVote(_) => None,
    };
    let header = &block.block.header;
    sqlx::query(INSERT)
        .bind(column::small(header.shard))
        .bind(column::big(header.height.0))
        .bind(column::int(record.record_index))
        .bind(column::big(header.timestamp_ms.0))
        .bind(record.tx_id.0.as_bytes().as_slice())
        .bind(i64::from(validator.0))
        .bind(column::big(epoch_of(evidence).0))
        .bind(number(*offence))
        .bind(column::big(*slashed))
        .bind(column::big(*rewarded))
        .bind(column::big(*compensated))
        .bind(column::big(*burned))
        .bind(votes)
        .execute(connection)
        .await
        .map(drop)
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

/// The newest convictions, newest first.
///
/// # Errors
/// [`sqlx::Error`] when the database fails.
pub async fn recent_convictions(connection: &mut PgConnection, limit: u32) -> Result<Vec<ConvictionRow>, sqlx::Error> {
    const RECENT: &str = "SELECT height, timestamp_ms, tx_id, validator, epoch, offence, slashed, rewarded,
        compensated, burned, equivocation FROM index.conviction ORDER BY height DESC, record_index DESC LIMIT $1";
    sqlx::query(RECENT).bind(i64::from(limit)).fetch_all(connection).await?.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<ConvictionRow, sqlx::Error> {
    let validator = u32::try_from(row.try_get::<i64, _>("validator")?);
    let votes: Option<Vec<u8>> = row.try_get("equivocation")?;
    let votes = votes.map(|bytes| codec::decode("an equivocation", &bytes)).transpose();
    let offence = usize::from(row.try_get::<i16, _>("offence")?.unsigned_abs());
    Ok(ConvictionRow {
        height: column::height(row)?,
        timestamp_ms: column::timestamp(row)?,
        tx_id: TxId(column::digest(row, "tx_id")?),
        validator: validator.map(ValidatorId).map_err(|source| column::fault("validator", source))?,
        epoch: Epoch(column::unsigned(row, "epoch")?),
        offence: OFFENCES.get(offence).copied().ok_or_else(|| sqlx::Error::ColumnNotFound("offence".to_owned()))?,
        slashed: column::unsigned(row, "slashed")?,
        rewarded: column::unsigned(row, "rewarded")?,
        compensated: column::unsigned(row, "compensated")?,
        burned: column::unsigned(row, "burned")?,
        equivocation: votes.map_err(|source| column::fault("equivocation", source))?,
    })
}

#[cfg(test)]
mod tests;
