//! Stores an operation durably, and finds its outcome on the ledger. Invariant: operation, outbox row and transaction
//! key are one commit. The caller adds its idempotency record to the same commit.

use super::{REGISTER_TENANT, Submission, Submitter};
use crate::{
    operation::{Decision, OperationRecord, Status, query},
    tenant_id::TenantId,
};
use chain_node::NodeHandle;
use chain_types::{Height, codec};
use sqlx::PgConnection;

impl Submission {
    /// Stores the operation. `conn` is in a transaction of its tenant.
    ///
    /// # Errors
    /// The errors of the database.
    pub async fn store(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let record = self.record();
        query::insert(&mut *conn, record).await?;
        if let Some(sealed) = self.sealed_key() {
            sqlx::query("INSERT INTO app.transaction_key (tenant_id, tx_id, sealed) VALUES ($1, $2, $3)")
                .bind(record.tenant)
                .bind(record.tx_id.0.as_bytes().as_slice())
                .bind(sealed)
                .execute(&mut *conn)
                .await?;
        }
        sqlx::query("INSERT INTO app.outbox (tenant_id, operation_id, transaction) VALUES ($1, $2, $3)")
            .bind(record.tenant)
            .bind(record.id.0)
            .bind(self.bytes())
            .execute(conn)
            .await?;
        Ok(())
    }
}

/// A failure to find out the outcome of a transaction. It is retried.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    #[error("reading the index failed")]
    Database(#[from] sqlx::Error),
    #[error("reading the block failed")]
    Node(#[from] chain_node::NodeError),
    #[error("the index names block {0}, which does not hold the transaction")]
    IndexMismatch(Height),
    #[error("the index holds blocks up to {indexed}, and the transaction may be in one up to {tip}")]
    IndexBehind { indexed: Height, tip: Height },
}

impl Submitter {
    /// Finds the outcome of a transaction: the index names its block and the ledger's receipts decide. `None` when no
    /// block of its shard up to `tip` contains it. The index proves that only while its own rows reach `tip`; the
    /// announced height is no proof, because the rows can be replaced or lost after the announcement.
    pub(super) async fn find_decision(
        &self,
        record: &OperationRecord,
        tip: Height,
    ) -> Result<Option<Decision>, LookupError> {
        // A tenant is registered in the operator's name, so the index lists that transaction under the operator.
        let signer = if record.kind == REGISTER_TENANT { TenantId::SYSTEM } else { record.tenant };
        let signer = signer.on_ledger();
        let mut conn = indexer::tenant::begin(&self.pool, signer).await?;
        // The cursor is read first: the second statement sees at least the rows that the first one saw.
        let indexed = indexer::ledger::indexed_height(&mut conn, record.shard).await?;
        let place = indexer::ledger::find_transaction(&mut conn, signer, record.tx_id).await?;
        conn.commit().await?;
        let Some(place) = place else {
            return if indexed < tip { Err(LookupError::IndexBehind { indexed, tip }) } else { Ok(None) };
        };
        decision_in_block(&self.node, record, place.height).await.map(Some)
    }

    /// Whether the registration of a tenant waits for the ledger's decision, in this process or another one.
    pub(super) async fn is_registering(&self, tenant: TenantId) -> Result<bool, sqlx::Error> {
        let mut conn = indexer::tenant::begin_service(&self.pool).await?;
        let is_registering = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM app.outbox JOIN app.operation USING (tenant_id, operation_id)
             WHERE tenant_id = $1 AND kind = $2)",
        )
        .bind(tenant)
        .bind(REGISTER_TENANT)
        .fetch_one(&mut *conn)
        .await?;
        conn.commit().await?;
        Ok(is_registering)
    }
}

async fn decision_in_block(
    node: &NodeHandle,
    record: &OperationRecord,
    height: Height,
) -> Result<Decision, LookupError> {
    let mismatch = LookupError::IndexMismatch(height);
    let Some(block) = node.block(record.shard, height).await? else { return Err(mismatch) };
    let mut first_record = 0_usize;
    for transaction in &block.block.transactions {
        let count = transaction.entries.len();
        if transaction.header.id() == record.tx_id {
            let receipts = block.block.receipts.get(first_record..first_record + count).unwrap_or_default();
            let first_record = u32::try_from(first_record).unwrap_or(u32::MAX);
            let time_ms = block.header.timestamp_ms.0;
            return Ok(Decision::of_receipts(height, first_record, time_ms, super::now_us(), receipts));
        }
        first_record += count;
    }
    Err(mismatch)
}

/// Reads the signed bytes of an undecided operation.
pub(super) async fn read_outbox(
    conn: &mut PgConnection,
    record: &OperationRecord,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let row: Option<(Vec<u8>,)> =
        sqlx::query_as("SELECT transaction FROM app.outbox WHERE tenant_id = $1 AND operation_id = $2")
            .bind(record.tenant)
            .bind(record.id.0)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|(bytes,)| bytes))
}

/// Decodes a transaction that this gateway stored.
pub(super) fn decode(bytes: &[u8]) -> Result<chain_types::Transaction, codec::CodecError> {
    codec::decode_own("transaction", bytes)
}

/// The decision about a transaction that can no longer enter a block.
pub(super) fn expired(record: &OperationRecord) -> Decision {
    let detail = "no block took it in time; send it again, with another Idempotency-Key";
    Decision::without_block(Status::Expired, super::now_us(), record.command_count, "ledger.expired", detail)
}
