//! Signs a transaction and keeps everything that its operation's row needs. Invariant: a submission holds a permit for
//! its bytes. The permit is released when the work on the operation ends.

use super::{Submitter, VALIDITY_MS, check, now_us};
use crate::{
    budget::Permit,
    error::ApiError,
    operation::{Decision, OperationId, OperationRecord, Refused, Status},
    tenant_id::TenantId,
};
use chain_types::{
    Digest, Entry, Mode, SecretKey, ShardId, TimestampMs, Transaction, TxId, codec, id::home_shard, transaction::Draft,
};
use std::{borrow::Cow, sync::Arc};
use zeroize::Zeroizing;

/// The commands that a domain asks the ledger to execute.
#[derive(Debug)]
pub struct Request {
    /// The kind, `<slice>.<verb>`.
    pub kind: &'static str,
    pub tenant: TenantId,
    /// The tenant in whose name it is signed, if different: the operator registers tenants.
    pub signer: Option<TenantId>,
    /// The client id of the credential that sent the request.
    pub subject: String,
    /// The W3C trace id of the request.
    pub trace_id: Option<String>,
    /// The time of acceptance, in microseconds since 1970.
    pub accepted_at_us: i64,
    /// See [`OperationRecord::pointer`].
    pub pointer: &'static str,
    /// Whether the commands are all applied or all rejected.
    pub mode: Mode,
    /// See [`OperationRecord::refused`].
    pub refused: Vec<Refused>,
    /// The entries, 1 to [`chain_types::limit::ENTRIES_PER_TRANSACTION_MAX`].
    pub commands: Vec<Entry>,
}

/// A signed transaction, ready to be stored and then launched.
#[derive(Debug)]
pub struct Submission {
    record: OperationRecord,
    transaction: Transaction,
    bytes: Arc<[u8]>,
    transaction_key: Option<Zeroizing<[u8; 32]>>,
    sealed_key: Option<Vec<u8>>,
    permit: Permit,
}

impl Submitter {
    /// The shard of a tenant's records. Every tenant has one partition, number 0 [P18, homes of tenants].
    pub fn home(&self, tenant: TenantId) -> ShardId {
        home_shard(tenant.on_ledger(), 0, self.node.shards())
    }

    /// Signs a request. Takes time in proportion to its size: run large ones outside the async runtime.
    ///
    /// # Errors
    /// `ledger.too_much_work` for what no block can hold, `limit.share` and `ledger.busy` when the tenant or
    /// this process is at its memory limit.
    pub fn sign(&self, request: Request, key: &SecretKey) -> Result<Submission, ApiError> {
        check::check_work(&self.node.genesis().parameters.work, &request.commands)?;
        let mut salt = [0_u8; 16];
        rand::fill(&mut salt);
        let draft = Draft {
            chain_id: self.node.chain_id(),
            tenant: request.signer.unwrap_or(request.tenant).on_ledger(),
            valid_until_ms: TimestampMs(self.node.block_time(self.home(request.tenant)).0.saturating_add(VALIDITY_MS)),
            salt,
            mode: request.mode,
        };
        let transaction = draft.sign(key, request.commands);
        let bytes: Arc<[u8]> = codec::encode(&transaction).into();
        let permit = self.reserve(bytes.len())?;
        let header = &transaction.header;
        let record = OperationRecord {
            tenant: request.tenant,
            id: OperationId::new(),
            kind: Cow::Borrowed(request.kind),
            subject: request.subject,
            atomic: header.mode == Mode::Atomic,
            command_count: header.entry_count,
            pointer: Cow::Borrowed(request.pointer),
            trace_id: request.trace_id,
            refused: request.refused,
            tx_id: header.id(),
            shard: self.home(request.tenant),
            valid_until_ms: header.valid_until_ms.0,
            accepted_at_us: request.accepted_at_us,
            signed_at_us: now_us(),
            decision: None,
            promised: None,
            indexed_at_us: None,
        };
        Ok(Submission { record, transaction, bytes, transaction_key: None, sealed_key: None, permit })
    }

    /// The operation of a request without commands, which is decided at once: `rejected` when all parts were refused,
    /// otherwise `final`, because nothing was left to do.
    pub fn decided_at_once(&self, request: Request) -> OperationRecord {
        let now_us = now_us();
        let status = if request.refused.is_empty() { Status::Final } else { Status::Rejected };
        OperationRecord {
            tenant: request.tenant,
            id: OperationId::new(),
            kind: Cow::Borrowed(request.kind),
            subject: request.subject,
            atomic: request.mode == Mode::Atomic,
            command_count: 0,
            pointer: Cow::Borrowed(request.pointer),
            trace_id: request.trace_id,
            refused: request.refused,
            tx_id: TxId(Digest::ZERO),
            shard: self.home(request.tenant),
            valid_until_ms: 0,
            accepted_at_us: request.accepted_at_us,
            signed_at_us: now_us,
            decision: Some(Decision::without_commands(status, now_us)),
            promised: None,
            indexed_at_us: None,
        }
    }
}

impl Submission {
    /// Adds the key that encrypts the records, and the same key encrypted with the tenant's data key.
    #[must_use]
    pub fn with_transaction_key(mut self, key: Zeroizing<[u8; 32]>, sealed: Vec<u8>) -> Self {
        self.transaction_key = Some(key);
        self.sealed_key = Some(sealed);
        self
    }

    pub fn record(&self) -> &OperationRecord {
        &self.record
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn sealed_key(&self) -> Option<&[u8]> {
        self.sealed_key.as_deref()
    }

    pub(super) fn transaction_key(&self) -> Option<&[u8; 32]> {
        self.transaction_key.as_deref()
    }

    pub(super) fn into_parts(self) -> (OperationRecord, Transaction, Arc<[u8]>, Permit) {
        (self.record, self.transaction, self.bytes, self.permit)
    }
}
