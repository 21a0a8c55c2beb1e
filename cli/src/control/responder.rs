//! Answers control requests for a running node. Invariant: every change is a transaction on the ledger. The answer
//! comes from the ledger.

use super::{Request, socket::Responds};
use crate::{
    backup::{Checkpoint, manifest::ShardEntry},
    home::Home,
    members::public_key,
    new_chain::ValidatorKeys,
    validator::report::Report,
};
use anyhow::{Context as _, ensure};
use chain_node::{Candidacy, NodeHandle, admit, schedule_version};
use chain_types::{Digest, Epoch, ProtocolVersion, SecretKey, TenantId, beacon::Event, native::Amount};
use serde_json::{Value, json};

/// The node of a data directory, with the keys that it may sign with.
pub struct Responder {
    node: NodeHandle,
    candidacy: Candidacy,
    tenant: TenantId,
    operator: SecretKey,
}

impl Responder {
    pub fn new(home: &Home, node: NodeHandle) -> Self {
        let tenant = ValidatorKeys::of_seed(&home.key).operator();
        let candidacy = Candidacy::new(node.clone(), &home.key, tenant);
        Self { node, candidacy, tenant, operator: home.operator.clone() }
    }
}

impl Responds for Responder {
    type Request = Request;

    async fn answer(&self, request: Request) -> anyhow::Result<Value> {
        let event = match request {
            Request::Status => {
                let report = Report::of(&self.node, self.candidacy.key(), self.tenant).await?;
                return Ok(serde_json::to_value(report)?);
            }
            Request::Checkpoint => return self.checkpoint().await,
            Request::Admit { key, bond } => return self.admit(&key, Amount(bond)).await,
            Request::ScheduleVersion { version, from } => return self.schedule_version(version, from).await,
            Request::Register { bond } => self.candidacy.register(bond).await.context("registering")?,
            Request::Leave => self.candidacy.leave().await.context("leaving")?,
            Request::Return => self.candidacy.return_to_duty().await.context("returning")?,
            Request::Withdraw => self.candidacy.withdraw().await.context("withdrawing")?,
        };
        Ok(match event {
            Event::Registered { validator, bond } => json!({ "validator": validator.0, "bond": bond }),
            Event::LeaveAnnounced { validator } | Event::Returned { validator } => json!({ "validator": validator.0 }),
            Event::Withdrawn { amount, .. } => json!({ "amount": amount }),
            other => json!({ "event": other.name() }),
        })
    }
}

impl Responder {
    async fn checkpoint(&self) -> anyhow::Result<Value> {
        let (_, tips) = self.node.checkpoint().await.context("copying the stores")?;
        let shards = (0..).zip(tips).map(|(shard, tip)| ShardEntry {
            shard,
            height: tip.height.0,
            digest: if tip.height.0 == 0 { Digest::ZERO } else { tip.digest }.to_string(),
            timestamp_ms: tip.timestamp_ms.0,
        });
        Ok(serde_json::to_value(Checkpoint { shards: shards.collect() })?)
    }

    async fn schedule_version(&self, version: u16, from: u64) -> anyhow::Result<Value> {
        self.check_operator()?;
        let (version, from) = (ProtocolVersion(version), Epoch(from));
        schedule_version(&self.node, &self.operator, version, from).await.context("scheduling the version")?;
        Ok(json!({ "version": version.0, "from": from.0 }))
    }

    fn check_operator(&self) -> anyhow::Result<()> {
        let operator = self.node.genesis().operator;
        ensure!(
            self.operator.public_key() == operator,
            "this directory does not hold the operator's key of its chain, {operator}"
        );
        Ok(())
    }

    async fn admit(&self, key: &str, bond: Amount) -> anyhow::Result<Value> {
        self.check_operator()?;
        let key = public_key(key)?;
        let tenant = ValidatorKeys::operator_of(key);
        let account = admit(&self.node, &self.operator, (key, tenant), bond).await.context("admitting")?;
        Ok(json!({ "balance": account.balance.0 }))
    }
}
