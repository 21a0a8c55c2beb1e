//! The beacon's state: one value under one key of shard 0. Invariant: after every command and every block, `deposited =
//! bonds + owed + fund + burned + withdrawn`.

use crate::{
    assignment::Assignment,
    committee::Committee,
    configuration::{self, ConfigurationError},
    epoch::{Plan, make_plan},
    league,
    lots::Lots,
    observe::Attendance,
    randomness::Round,
    registry::{Registry, Standing, Status, Validator},
    rejection::Rejection,
    slash::Conviction,
    treasury::Treasury,
    version::Schedule,
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    ChainId, Digest, Epoch, Height, ProtocolVersion, ShardId, TimestampMs, View,
    beacon::{GenesisValidator, Key, Parameters, Possession, Registration, ValidatorId},
    digest::{Tag, hash},
    state::{StateKey, TypedKey},
    validator::{self, ValidatorSet},
};

/// The whole state of the beacon, with the committee, bonds and randomness of the present epoch.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BeaconState {
    pub(crate) chain_id: ChainId,
    pub(crate) version: ProtocolVersion,
    pub(crate) scheduled: Option<Schedule>,
    pub(crate) parameters: Parameters,
    pub(crate) registry: Registry,
    pub(crate) treasury: Treasury,
    pub(crate) committee: Committee,
    pub(crate) assignment: Assignment,
    pub(crate) past: Vec<Past>,
    pub(crate) plan: Plan,
    pub(crate) round: Round,
    pub(crate) lots: Option<Lots>,
    pub(crate) confirmed: Vec<ShardId>,
    pub(crate) randomness: Digest,
    pub(crate) league: Vec<u16>,
    pub(crate) last_of_previous: Height,
    pub(crate) began: TimestampMs,
    pub(crate) attendance: Attendance,
    pub(crate) observed: u64,
    pub(crate) convictions: Vec<Conviction>,
}

/// The committee of a past epoch whose offences can still be reported.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Past {
    pub(crate) committee: Committee,
    pub(crate) assignment: Assignment,
    pub(crate) ended: TimestampMs,
}

/// The key of the beacon state, on the beacon's shard.
#[derive(Clone, Copy, Debug)]
pub struct BeaconKey;

impl TypedKey for BeaconKey {
    type Value = BeaconState;

    fn state_key(&self) -> StateKey {
        StateKey::Beacon(Key::State)
    }
}

/// The reason why a beacon cannot start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GenesisError {
    /// The parameters are invalid.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// There are no validators, or more than seats.
    #[error("a beacon begins with 1 to as many validators as it has seats")]
    Validators,
    /// A validator's registration is rejected.
    #[error("validator {index} cannot register: {error}")]
    Registration {
        /// The validator's position in the document, from 0.
        index: usize,
        error: Rejection,
    },
}

impl BeaconState {
    /// The state before the first block. Epoch 0 begins at `began`: all validators have seats in this order, sign every
    /// shard and lead in turn.
    ///
    /// # Errors
    /// [`GenesisError`] names the fault.
    pub fn genesis(
        chain_id: ChainId,
        version: ProtocolVersion,
        parameters: Parameters,
        validators: &[GenesisValidator],
        began: TimestampMs,
    ) -> Result<Self, GenesisError> {
        configuration::check(&parameters)?;
        if validators.is_empty() || validators.len() > usize::from(parameters.seats) {
            return Err(GenesisError::Validators);
        }
        let (mut registry, mut treasury) = (Registry::default(), Treasury::default());
        for (index, validator) in validators.iter().enumerate() {
            let possession = Possession { challenge: [0; 32], response: [0; 32] };
            let registration = Registration {
                key: validator.key,
                network_key: validator.network_key,
                randomness_key: validator.randomness_key,
                possession,
                bond: validator.bond,
            };
            let added = check_registration(&registration, &parameters)
                .and_then(|()| treasury.deposit(validator.bond))
                .and_then(|()| registry.add(validator.operator, &registration, Epoch(0)));
            added.map_err(|error| GenesisError::Registration { index, error })?;
        }
        let seated: Vec<ValidatorId> = registry.validators().iter().map(|validator| validator.id).collect();
        let committee = seat(&mut registry, Epoch(0), &seated, &parameters);
        let until = Height(parameters.dealing_blocks);
        let everyone = (0..).zip(&committee.members).map(|(index, _)| index).collect();
        Ok(Self {
            chain_id,
            version,
            scheduled: None,
            plan: make_plan(Epoch(1), &seated, &registry, &parameters),
            round: Round::new(&committee, until),
            randomness: hash(Tag::RANDOMNESS, &[b"genesis", &chain_id.0.0]),
            assignment: Assignment::Full,
            committee,
            parameters,
            registry,
            treasury,
            past: Vec::new(),
            lots: None,
            confirmed: Vec::new(),
            began,
            league: everyone,
            last_of_previous: Height(0),
            attendance: Attendance::default(),
            observed: 0,
            convictions: Vec::new(),
        })
    }

    /// Fixes the set of deals, and the lots of the next epoch with it, when the last block for deals was before
    /// `height`. From then on shares may be revealed, and a holder of enough shares knows the random number.
    pub(crate) fn settle_deals(&mut self, height: Height) {
        if self.round.settle(Height(height.0.saturating_sub(1)), &self.committee) {
            self.lots = Some(self.lots_now());
        }
    }

    /// The candidates for the next epoch's roles and their present weights: the members and the planned joiners.
    pub(crate) fn lots_now(&self) -> Lots {
        let joiners = self.plan.changes.iter().filter_map(|change| change.joins).map(|joiner| joiner.id);
        let candidates: Vec<_> = self.committee.members.iter().map(|member| member.id).chain(joiners).collect();
        Lots::of(self.plan.epoch, &candidates, &self.registry, self.parameters.operator_cap_ppm)
    }

    /// The believability of each member of the committee, in order.
    pub fn believabilities(&self) -> Vec<u128> {
        let seated: Vec<_> = self.committee.members.iter().map(|member| member.id).collect();
        Lots::of(self.epoch(), &seated, &self.registry, self.parameters.operator_cap_ppm).believabilities()
    }

    /// Draws the league and the assignment from the epoch's randomness. Candidates without a seat are skipped.
    /// Convicted members are skipped too, unless nobody else is left to lead.
    pub(crate) fn draw_roles(&mut self, lots: &Lots) {
        let (epoch, committee) = (self.committee.epoch, &self.committee);
        let places: Vec<_> = lots.candidates().map(|id| committee.index_of(id)).collect();
        let drawn: Vec<_> = lots.drawn(epoch, self.randomness);
        let is_trusted = |id: &ValidatorId| self.registry.get(*id).is_some_and(|one| one.standing != Standing::Jailed);
        let seats = usize::from(self.parameters.league_seats);
        let lead = |ids: &mut dyn Iterator<Item = ValidatorId>| {
            ids.filter_map(|id| committee.index_of(id)).take(seats).collect::<Vec<u16>>()
        };
        let mut league = lead(&mut drawn.iter().copied().filter(is_trusted));
        if league.is_empty() {
            league = lead(&mut drawn.iter().copied());
        }
        self.assignment = Assignment::draw(&self.parameters, epoch, self.randomness, &places);
        self.league = league;
    }

    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    pub const fn epoch(&self) -> Epoch {
        self.committee.epoch
    }

    /// The last beacon block of the epoch before; 0 in the first epoch.
    pub const fn last_of_previous(&self) -> Height {
        self.last_of_previous
    }

    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    pub const fn treasury(&self) -> &Treasury {
        &self.treasury
    }

    pub const fn committee(&self) -> &Committee {
        &self.committee
    }

    /// The changes that the next epoch begins with.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The beginning of the present epoch: the time of the block that ended the one before.
    pub const fn began(&self) -> TimestampMs {
        self.began
    }

    /// The lots of the next epoch's roles; `None` while deals are accepted.
    pub const fn lots(&self) -> Option<&Lots> {
        self.lots.as_ref()
    }

    /// The shards that are not yet proved to have entered the present epoch; empty in epoch 0, in which all shards
    /// begin.
    pub fn unconfirmed(&self) -> Vec<ShardId> {
        let others = (1..self.parameters.shards).map(ShardId);
        others.filter(|shard| self.epoch() != Epoch(0) && !self.confirmed.contains(shard)).collect()
    }

    /// The round that draws the next epoch's randomness.
    pub const fn round(&self) -> &Round {
        &self.round
    }

    /// The present epoch's randomness.
    pub const fn randomness(&self) -> Digest {
        self.randomness
    }

    pub const fn attendance(&self) -> &Attendance {
        &self.attendance
    }

    /// The state as seen by a block of this height, with the set of deals fixed if it is due.
    #[must_use]
    pub fn at(mut self, height: Height) -> Self {
        self.settle_deals(height);
        self
    }

    /// The present believable league: indices into the committee, in turn.
    pub fn league(&self) -> &[u16] {
        &self.league
    }

    /// The committee index of the leader of a view.
    pub fn leader(&self, height: Height, view: View) -> Option<u16> {
        league::leader(&self.league, height, view)
    }

    pub const fn assignment(&self) -> &Assignment {
        &self.assignment
    }

    /// The convictions whose offences can still be reported.
    pub fn convictions(&self) -> &[Conviction] {
        &self.convictions
    }

    /// The validator set that certifies a shard in the present epoch.
    pub fn validator_set(&self, shard: ShardId) -> ValidatorSet {
        Self::signers(&self.committee, &self.assignment, shard)
    }

    /// The status of a validator; `None` when it is not registered.
    pub fn status(&self, id: ValidatorId) -> Option<Status> {
        let standing = self.registry.get(id)?.standing;
        Some(match standing {
            Standing::Willing if self.committee.index_of(id).is_some() => Status::Active,
            Standing::Willing => Status::Candidate,
            Standing::Benched => Status::Benched,
            Standing::Leaving => Status::Leaving,
            Standing::Jailed => Status::Jailed,
        })
    }

    /// The state's invariant: the deposited units equal the sum of all places where they can be.
    pub fn is_conserved(&self) -> bool {
        let all = self.registry.bonds().saturating_add(self.treasury.outside_bonds());
        all == u128::from(self.treasury.deposited)
    }

    /// The validators that sign a shard under an assignment, with their weights.
    pub(crate) fn signers(committee: &Committee, assignment: &Assignment, shard: ShardId) -> ValidatorSet {
        let Some(indices) = assignment.signers(shard) else { return committee.validator_set() };
        let members = indices.iter().filter_map(|index| committee.member(*index));
        let validators = members.map(|member| validator::Validator { key: member.key, weight: 1 }).collect();
        ValidatorSet { epoch: committee.epoch, validators }
    }

    /// The committee and assignment of an epoch whose members are still bonded.
    pub(crate) fn seats_of(&self, epoch: Epoch) -> Option<(&Committee, &Assignment)> {
        if epoch == self.committee.epoch {
            return Some((&self.committee, &self.assignment));
        }
        let past = self.past.iter().find(|past| past.committee.epoch == epoch)?;
        Some((&past.committee, &past.assignment))
    }
}

/// Checks what a registration shows without a proof: its keys and its bond.
pub(crate) fn check_registration(registration: &Registration, parameters: &Parameters) -> Result<(), Rejection> {
    if registration.key.is_small_order() || registration.network_key.is_small_order() {
        return Err(Rejection::WeakKey);
    }
    if !crate::randomness::is_key(&registration.randomness_key) {
        return Err(Rejection::WeakKey);
    }
    if registration.bond < parameters.bond_min { Err(Rejection::BondTooSmall) } else { Ok(()) }
}

/// Seats validators in this order and records the epoch as their last active one.
pub(crate) fn seat(
    registry: &mut Registry,
    epoch: Epoch,
    seated: &[ValidatorId],
    parameters: &Parameters,
) -> Committee {
    for id in seated {
        if let Some(validator) = registry.get_mut(*id) {
            validator.last_active = Some(epoch);
        }
    }
    let validators: Vec<&Validator> = seated.iter().filter_map(|id| registry.get(*id)).collect();
    Committee::seat(epoch, &validators, parameters.operator_cap_ppm)
}
