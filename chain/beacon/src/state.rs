//! The beacon's state: one value under one key of shard 0. Invariant: `deposited = bonds + owed + fund + burned +
//! withdrawn`, after every operation and every block.

use crate::{
    assignment::Assignment,
    believability::believability,
    committee::Committee,
    configuration::{self, ConfigurationError},
    epoch::{Plan, make_plan},
    league,
    observe::Attendance,
    randomness::Round,
    registry::{Registry, Standing, Status, Validator},
    rejection::Error,
    slash::Conviction,
    treasury::Treasury,
};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{
    ChainId, Digest, Epoch, Height, ShardId, View,
    beacon::{GenesisValidator, Parameters, Possession, Registration, ValidatorId},
    digest::{Tag, hash},
    validator::{self, ValidatorSet},
};

/// Everything the beacon knows.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct BeaconState {
    pub(crate) chain_id: ChainId,
    pub(crate) parameters: Parameters,
    pub(crate) registry: Registry,
    pub(crate) treasury: Treasury,
    pub(crate) committee: Committee,
    pub(crate) assignment: Assignment,
    pub(crate) previous: Option<(Committee, Assignment)>,
    pub(crate) plan: Plan,
    pub(crate) round: Round,
    pub(crate) randomness: Digest,
    pub(crate) league: Vec<u16>,
    pub(crate) last_of_previous: Height,
    pub(crate) attendance: Attendance,
    pub(crate) observed: u64,
    pub(crate) convictions: Vec<Conviction>,
}

/// A beginning that no beacon can have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GenesisError {
    /// The parameters are not sound.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// No validators, or more than seats.
    #[error("a beacon begins with 1 to as many validators as it has seats")]
    Validators,
    /// A validator could not register.
    #[error("validator {index} cannot register: {error}")]
    Registration {
        /// Which, counted from 0.
        index: usize,
        /// Why.
        error: Error,
    },
}

impl BeaconState {
    /// The state before the first block: in epoch 0 all validators sit, in this order, sign every shard and lead in turn.
    ///
    /// # Errors
    /// [`GenesisError`] names the fault.
    pub fn genesis(
        chain_id: ChainId,
        parameters: Parameters,
        validators: &[GenesisValidator],
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
            plan: make_plan(Epoch(1), &seated, &registry, &parameters),
            round: Round::new(&committee, until),
            randomness: hash(Tag::RANDOMNESS, &[b"genesis", &chain_id.0.0]),
            assignment: Assignment::Full,
            committee,
            parameters,
            registry,
            treasury,
            previous: None,
            league: everyone,
            last_of_previous: Height(0),
            attendance: Attendance::default(),
            observed: 0,
            convictions: Vec::new(),
        })
    }

    /// Draws what the epoch's randomness decides.
    pub(crate) fn draw_roles(&mut self) {
        let epoch = self.committee.epoch;
        let seats = u16::try_from(self.committee.members.len()).unwrap_or(u16::MAX);
        self.assignment = Assignment::draw(&self.parameters, epoch, self.randomness, seats);
        self.league = league::league(epoch, self.randomness, &self.believabilities(), self.parameters.league_seats);
    }

    /// The believability of each member of the committee, in its order.
    pub fn believabilities(&self) -> Vec<u128> {
        let of = |member: &crate::Member| {
            let validator = self.registry.get(member.id).filter(|validator| validator.standing != Standing::Jailed);
            validator.map_or(0, |validator| believability(member.weight, validator.servi, validator.uptime))
        };
        self.committee.members.iter().map(of).collect()
    }

    /// The chain.
    pub const fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The present epoch.
    pub const fn epoch(&self) -> Epoch {
        self.committee.epoch
    }

    /// The last block of the beacon's shard in the epoch before; 0 in the first.
    pub const fn last_of_previous(&self) -> Height {
        self.last_of_previous
    }

    /// The parameters.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// All validators.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Where the native units are.
    pub const fn treasury(&self) -> &Treasury {
        &self.treasury
    }

    /// The present committee.
    pub const fn committee(&self) -> &Committee {
        &self.committee
    }

    /// The committee of the epoch before, whose members are still bonded.
    pub fn previous_committee(&self) -> Option<&Committee> {
        self.previous.as_ref().map(|(committee, _)| committee)
    }

    /// The changes that the next epoch begins with.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The round that draws the next epoch's randomness.
    pub const fn round(&self) -> &Round {
        &self.round
    }

    /// The present epoch's randomness.
    pub const fn randomness(&self) -> Digest {
        self.randomness
    }

    /// The last attendance.
    pub const fn attendance(&self) -> &Attendance {
        &self.attendance
    }

    /// The state as a block of this height finds it: what time alone decides is decided.
    #[must_use]
    pub fn at(mut self, height: Height) -> Self {
        self.round.settle(Height(height.0.saturating_sub(1)), &self.committee);
        self
    }

    /// The present believable league: indices into the committee, in turn.
    pub fn league(&self) -> &[u16] {
        &self.league
    }

    /// Who proposes: an index into the committee.
    pub fn leader(&self, height: Height, view: View) -> Option<u16> {
        league::leader(&self.league, height, view)
    }

    /// The present assignment.
    pub const fn assignment(&self) -> &Assignment {
        &self.assignment
    }

    /// The convictions whose offences could still be reported.
    pub fn convictions(&self) -> &[Conviction] {
        &self.convictions
    }

    /// The set that certifies a shard in the present epoch.
    pub fn validator_set(&self, shard: ShardId) -> ValidatorSet {
        Self::signers(&self.committee, &self.assignment, shard)
    }

    /// Where a validator stands.
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

    /// Whether every unit that came in is somewhere; the state's invariant.
    pub fn is_conserved(&self) -> bool {
        let all = self.registry.bonds().saturating_add(self.treasury.outside_bonds());
        all == u128::from(self.treasury.deposited)
    }

    pub(crate) fn signers(committee: &Committee, assignment: &Assignment, shard: ShardId) -> ValidatorSet {
        let Some(indices) = assignment.signers(shard) else { return committee.validator_set() };
        let members = indices.iter().filter_map(|index| committee.member(*index));
        let validators = members.map(|member| validator::Validator { key: member.key, weight: 1 }).collect();
        ValidatorSet { epoch: committee.epoch, validators }
    }

    /// The committee of an epoch whose members are bonded.
    pub(crate) fn seats_of(&self, epoch: Epoch) -> Option<(&Committee, &Assignment)> {
        if epoch == self.committee.epoch {
            return Some((&self.committee, &self.assignment));
        }
        self.previous.as_ref().filter(|(committee, _)| committee.epoch == epoch).map(|(seats, shards)| (seats, shards))
    }
}

/// What a registration shows without a proof.
pub(crate) fn check_registration(registration: &Registration, parameters: &Parameters) -> Result<(), Error> {
    if registration.key.is_small_order() || registration.network_key.is_small_order() {
        return Err(Error::WeakKey);
    }
    if !crate::randomness::is_key(&registration.randomness_key) {
        return Err(Error::WeakKey);
    }
    if registration.bond < parameters.bond_min { Err(Error::BondTooSmall) } else { Ok(()) }
}

/// Seats validators in this order and marks them active.
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
