//! Administrative requests: a validator's own [P14, bonds] [P19, epochs], and the operator's for validators or the
//! chain. Invariant: a request submits at most one transaction, and the ledger decides about it. A successful answer
//! follows the final receipt.

use crate::{NodeHandle, SubmitError, seed::beacon_secrets, upkeep::upkeep_of};
use chain_beacon::{BeaconState, Secrets};
use chain_types::{
    Command, Epoch, Event, Height, ProtocolVersion, PublicKey, Receipt, SecretKey, TenantId,
    account::{self, AuthorKey, TenantKey},
    atomic::BEACON_SHARD,
    beacon::{self, Registration},
    codec,
    native::{self, Amount, BalanceKey, TREASURY},
    state::TypedKey,
};
use std::time::Duration;

/// How long a request waits for a node that has just started or is a block behind.
pub const CATCH_UP_WAIT: Duration = Duration::from_secs(10);
/// The interval at which a waiting request checks whether the node has caught up.
const POLL: Duration = Duration::from_millis(50);

/// Why a request failed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CandidacyError {
    /// The genesis document has no beacon, so its validators never change.
    #[error("this chain has no beacon: its validators are always those of the genesis document")]
    NoBeacon,
    /// Blocks are missing here, or no peer is connected.
    #[error("this node is behind its peers, or connected to none of them; try again when it has caught up")]
    Behind,
    /// The tenant does not let this key sign.
    #[error(
        "this key may not sign for its tenant, as of this node's last block; the chain's operator admits it by \
         `waymark validator admit`"
    )]
    NotAdmitted,
    /// The tenant holds less than the bond.
    #[error(
        "its tenant holds {held} native units and not a bond of {bond}; the chain's operator grants them by \
         `waymark validator admit --bond`"
    )]
    Unfunded {
        /// The balance, in native units.
        held: u64,
        /// The required bond, in native units.
        bond: u64,
    },
    /// The beacon owes the tenant nothing.
    #[error("the beacon owes it nothing: a bond is released when a whole epoch has passed after the last with a seat")]
    NotOwed,
    /// The transaction did not become final.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The receipt is not an event of the beacon. No ledger answers a beacon command like this.
    #[error("the node's answer to a beacon command is not an event of the beacon")]
    NoAnswer,
    /// The ledger rejected the request.
    #[error("the ledger rejected it: {code}")]
    Rejected {
        /// The stable code.
        code: String,
    },
}

/// A tenant's account on the beacon's shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Account {
    /// Whether the requested key may sign for the tenant.
    pub admits: bool,
    /// Whether the tenant is registered.
    pub is_registered: bool,
    /// The balance, in native units.
    pub balance: Amount,
}

/// Manages this node's validator, or its candidacy.
pub struct Candidacy {
    node: NodeHandle,
    secrets: Secrets,
    tenant: TenantId,
}

impl Candidacy {
    /// Creates the candidacy of a node with this seed, for the tenant that operates it. A registered validator keeps
    /// its tenant.
    pub fn new(node: NodeHandle, seed: &[u8; 32], tenant: TenantId) -> Self {
        Self { node, secrets: beacon_secrets(seed), tenant }
    }

    /// The voting key.
    pub fn key(&self) -> PublicKey {
        self.secrets.key.public_key()
    }

    /// The operating tenant.
    pub fn tenant(&self, beacon: &BeaconState) -> TenantId {
        beacon.registry().by_key(self.key()).map_or(self.tenant, |validator| validator.operator)
    }

    /// Bonds native units of its tenant and registers for a seat. Without `bond` it bonds the tenant's whole balance.
    ///
    /// # Errors
    /// [`CandidacyError`].
    pub async fn register(&self, bond: Option<u64>) -> Result<beacon::Event, CandidacyError> {
        let beacon = self.beacon().await?;
        let tenant = self.tenant(&beacon);
        let account = self.node.account(tenant, self.key()).await?;
        if !account.admits {
            return Err(CandidacyError::NotAdmitted);
        }
        let (key, chain_id, held) = (self.key(), self.node.chain_id(), account.balance.0);
        let bond = bond.unwrap_or(held).max(beacon.parameters().bond_min);
        if held < bond {
            return Err(CandidacyError::Unfunded { held, bond });
        }
        let registration = Registration {
            key,
            network_key: key,
            randomness_key: self.secrets.randomness.public(),
            possession: self.secrets.randomness.prove_possession(chain_id, key),
            bond,
        };
        self.submit(tenant, beacon::Command::Register(Box::new(registration))).await
    }

    /// Gives up the seat and requests the bond back.
    ///
    /// # Errors
    /// [`CandidacyError`].
    pub async fn leave(&self) -> Result<beacon::Event, CandidacyError> {
        self.ask(beacon::Command::Leave).await
    }

    /// Returns a benched validator to duty.
    ///
    /// # Errors
    /// [`CandidacyError`].
    pub async fn return_to_duty(&self) -> Result<beacon::Event, CandidacyError> {
        self.ask(beacon::Command::Return).await
    }

    /// Withdraws everything that the beacon owes to the tenant.
    ///
    /// # Errors
    /// [`CandidacyError`].
    pub async fn withdraw(&self) -> Result<beacon::Event, CandidacyError> {
        let beacon = self.beacon().await?;
        let tenant = self.tenant(&beacon);
        let Some(amount) = beacon.treasury().owed.get(&tenant).copied() else {
            return Err(CandidacyError::NotOwed);
        };
        self.ask(beacon::Command::Withdraw { amount }).await
    }

    /// Submits a command for the tenant that this key signs for.
    async fn ask(&self, command: beacon::Command) -> Result<beacon::Event, CandidacyError> {
        let beacon = self.beacon().await?;
        let tenant = signs_for(&beacon, self.key()).unwrap_or(self.tenant);
        if tenant != TREASURY && !self.node.account(tenant, self.key()).await?.admits {
            return Err(CandidacyError::NotAdmitted);
        }
        self.submit(tenant, command).await
    }

    async fn beacon(&self) -> Result<BeaconState, CandidacyError> {
        synced_beacon(&self.node).await
    }

    async fn submit(&self, tenant: TenantId, command: beacon::Command) -> Result<beacon::Event, CandidacyError> {
        let outcomes = submit(&self.node, &self.secrets.key, tenant, vec![Command::Beacon(command)]).await?;
        match outcomes.into_iter().next() {
            Some(Ok(Event::Beacon(event))) => Ok(event),
            Some(Err(code)) => Err(CandidacyError::Rejected { code }),
            Some(Ok(_)) | None => Err(CandidacyError::NoAnswer),
        }
    }
}

/// Admits the holder of a key as a future validator: registers a tenant for it and grants what the balance lacks of a
/// bond. Signed by the chain's operator. Repeating it grants nothing more.
///
/// # Errors
/// [`CandidacyError`].
pub async fn admit(
    node: &NodeHandle,
    operator: &SecretKey,
    (key, tenant): (PublicKey, TenantId),
    bond: Amount,
) -> Result<Account, CandidacyError> {
    synced_beacon(node).await?;
    let account = node.account(tenant, key).await?;
    let mut commands = Vec::new();
    if !account.is_registered {
        commands.push(Command::Account(account::Command::RegisterTenant(account::RegisterTenant {
            tenant,
            author: key,
            partitions: 1,
        })));
    } else if !account.admits {
        return Err(CandidacyError::NotAdmitted);
    }
    if let Some(amount) = bond.checked_sub(account.balance).filter(|amount| *amount > Amount::ZERO) {
        commands.push(Command::Native(native::Command::Grant(native::Grant { to: tenant, amount })));
    }
    if !commands.is_empty() {
        for outcome in submit(node, operator, TREASURY, commands).await? {
            outcome.map_err(|code| CandidacyError::Rejected { code })?;
        }
    }
    node.account(tenant, key).await
}

/// Schedules a higher protocol version from a later epoch on [P25, versions]. Signed by the chain's operator.
///
/// # Errors
/// [`CandidacyError`].
pub async fn schedule_version(
    node: &NodeHandle,
    operator: &SecretKey,
    version: ProtocolVersion,
    from: Epoch,
) -> Result<(), CandidacyError> {
    synced_beacon(node).await?;
    let command = Command::Beacon(beacon::Command::ScheduleVersion { version, from });
    for outcome in submit(node, operator, TREASURY, vec![command]).await? {
        outcome.map_err(|code| CandidacyError::Rejected { code })?;
    }
    Ok(())
}

/// The tenant in whose name a validator's key may sign beacon commands [P14, bonds]: the operator's tenant while the
/// validator has a seat, otherwise its own. `None` for a key that is not registered.
pub(crate) fn signs_for(beacon: &BeaconState, key: PublicKey) -> Option<TenantId> {
    let validator = beacon.registry().by_key(key)?;
    Some(if beacon.seat_of(key).is_some() { TREASURY } else { validator.operator })
}

async fn synced_beacon(node: &NodeHandle) -> Result<BeaconState, CandidacyError> {
    if node.genesis().beacon.is_none() {
        return Err(CandidacyError::NoBeacon);
    }
    let is_ready = || {
        let is_cut_off = node.peers().iter().all(|peer| peer.connected_since.is_none());
        node.is_synced(BEACON_SHARD) && !(node.has_network() && is_cut_off)
    };
    let caught_up = async {
        let mut ticks = tokio::time::interval(POLL);
        while !is_ready() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(CATCH_UP_WAIT, caught_up).await.map_err(|_| CandidacyError::Behind)?;
    node.beacon().await.ok_or(CandidacyError::Submit(SubmitError::Stopped))
}

impl NodeHandle {
    /// A tenant's account on the beacon's shard, after this node's last block.
    ///
    /// # Errors
    /// [`SubmitError::Stopped`] when the shard has stopped here.
    pub async fn account(&self, tenant: TenantId, key: PublicKey) -> Result<Account, CandidacyError> {
        if self.tip(BEACON_SHARD).borrow().height == Height(0) {
            return Ok(Account { admits: false, is_registered: false, balance: Amount::ZERO });
        }
        let keys =
            vec![TenantKey(tenant).state_key(), AuthorKey(tenant, key).state_key(), BalanceKey(tenant).state_key()];
        let values = self.read(BEACON_SHARD, keys).await.map_err(|_| SubmitError::Stopped)?;
        let value = |at: usize| values.get(at).and_then(Option::as_deref);
        let balance = value(2).map(|value| codec::decode_own("a balance", value));
        let balance = balance.transpose().expect("the ledger wrote a valid balance").unwrap_or_default();
        Ok(Account { is_registered: value(0).is_some(), admits: value(1).is_some(), balance })
    }
}

/// Submits commands as one transaction and waits for the outcome of each: its event or its rejection code.
async fn submit(
    node: &NodeHandle,
    key: &SecretKey,
    tenant: TenantId,
    commands: Vec<Command>,
) -> Result<Vec<Result<Event, String>>, SubmitError> {
    let transaction = upkeep_of(node, BEACON_SHARD, tenant, key, commands);
    let outcome = node.submit(BEACON_SHARD, transaction).await?;
    let outcomes = outcome.receipts.into_iter().map(|receipt| match receipt {
        Receipt::Applied(event) => Ok(event),
        Receipt::Repeated => Err("ledger.repeated".to_owned()),
        Receipt::Rejected(rejection) => Err(rejection.code),
    });
    Ok(outcomes.collect())
}
