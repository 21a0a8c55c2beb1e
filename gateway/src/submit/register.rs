//! Registers a tenant on the ledger. Invariant: a tenant's keys are committed together with the transaction that
//! creates its first author. So no author exists whose key was lost.

use super::{Request, Submission, Submitter, code, now_us};
use crate::{error::ApiError, tenant_id::TenantId, trace};
use chain_types::{Body, Command, Entry, EntryCore, Mode, account};
use sqlx::PgConnection;

/// The kind of the operation.
pub const REGISTER_TENANT: &str = "account.register_tenant";

/// The number of partitions of a new tenant: all its records are on one shard [P18, homes of tenants].
const PARTITIONS: u16 = 1;

impl Submitter {
    /// Creates a new tenant's keys and stores the operation that registers it. `conn` is in a transaction of that
    /// tenant. After its commit the caller passes the submission to [`Submitter::launch`] and waits for the ticket.
    ///
    /// # Errors
    /// `ledger.no_operator` when this gateway cannot register tenants, `ledger.busy`, and failures.
    pub async fn register_tenant(
        &self,
        conn: &mut PgConnection,
        tenant: TenantId,
        subject: &str,
    ) -> Result<Submission, ApiError> {
        let Some(operator) = &self.operator else {
            let detail = "This gateway does not hold the chain operator's key; ask another one.";
            return Err(ApiError::new(&code::NO_OPERATOR, detail));
        };
        let keys = self.vault.create_tenant_keys(&mut *conn, tenant).await?;
        let command = account::Command::RegisterTenant(account::RegisterTenant {
            tenant: tenant.on_ledger(),
            author: keys.signing.public_key(),
            partitions: PARTITIONS,
        });
        let command = Entry {
            core: EntryCore { subjects: Vec::new(), command: Command::Account(command) },
            body: Body::Public(Vec::new()),
        };
        let request = Request {
            kind: REGISTER_TENANT,
            tenant,
            signer: Some(TenantId::SYSTEM),
            subject: subject.to_owned(),
            trace_id: trace::id(),
            accepted_at_us: now_us(),
            pointer: "",
            mode: Mode::Atomic,
            refused: Vec::new(),
            commands: vec![command],
        };
        let submission = self.sign(request, operator)?;
        submission.store(conn).await?;
        Ok(submission)
    }
}
