//! Profiles: the kinds of simulated worlds. Invariant: a profile defines which events can occur. The seed determines
//! which of them do occur.

use chain_replica::Timing;

/// An additional activity in a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Play {
    /// Traders send messages and open bundles across shards.
    Trade,
    /// Followers lose all data, validators lose their stores, and both join from snapshots.
    Joins,
    /// After some work a client sends a transaction that no block may hold, and then nothing for days.
    Rests,
    /// Followers register as validators and get seats, and a validator leaves.
    Members,
}

/// A kind of world.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The name on the command line.
    pub name: &'static str,
    /// The description on the command line.
    pub about: &'static str,
    pub shards: u16,
    /// The validators' weights.
    pub weights: &'static [u64],
    pub followers: u16,
    /// The number of client transactions per shard.
    pub transactions: u64,
    /// The length of the fault period, in microseconds. After it all faults end, except Byzantine behaviour.
    pub faults_us: u64,
    /// Whether faults of the network, disks, clocks and processes happen.
    pub has_faults: bool,
    /// The maximum number of Byzantine validators. They hold less than a third of the weight, unless `must_break` is
    /// set.
    pub liars_max: usize,
    /// Whether agreement must break in some seed. If it never does, the oracles miss violations.
    pub must_break: bool,
    /// The minimum number of blocks of an epoch; `None` for chains without a beacon.
    pub epoch_blocks: Option<u64>,
    /// The activities besides the clients' transactions.
    pub plays: &'static [Play],
    /// Other profiles, by the last digit of the seeds that use them.
    pub others: &'static [(u64, Self)],
}

/// The timeouts of simulated replicas.
pub const TIMING: Timing = Timing { view_ms: 300, view_ms_max: 1_200, grace_ms: 60, resend_ms: 150 };

/// The common values of the profiles.
const BASE: Profile = Profile {
    name: "",
    about: "",
    shards: 2,
    weights: &[1, 1, 1, 1],
    followers: 1,
    transactions: 24,
    faults_us: 5_000_000,
    has_faults: true,
    liars_max: 1,
    must_break: false,
    epoch_blocks: None,
    plays: &[],
    others: &[],
};

/// The number of missing blocks from which an empty process joins from a snapshot.
pub const JOIN_BEHIND_BLOCKS: u64 = 3;

const JOINING: Profile = Profile {
    name: "joining",
    about: "as faults, and followers and validators lose their stores and join from snapshots, of which some are forged",
    followers: 2,
    plays: &[Play::Joins],
    ..BASE
};

const TRADE: Profile = Profile {
    name: "trade",
    about: "as faults, with messages and bundles across the shards and relayers that crash and repeat",
    transactions: 8,
    plays: &[Play::Trade],
    ..BASE
};

const EPOCHS: Profile = Profile {
    name: "epochs",
    about: "as faults, with a beacon and epochs of 6 blocks; Byzantine validators are convicted",
    transactions: 8,
    epoch_blocks: Some(6),
    ..BASE
};

/// Epochs and trade.
const WHOLE: Profile = Profile {
    name: "whole",
    about: "epochs and trade at once, so that committees change while bundles are open",
    transactions: 4,
    epoch_blocks: Some(8),
    plays: &[Play::Trade],
    ..BASE
};

const MEMBERS: Profile = Profile {
    name: "members",
    about: "as epochs; two followers register, acknowledge and get seats, and a validator leaves and withdraws its bond",
    transactions: 4,
    followers: 2,
    epoch_blocks: Some(6),
    plays: &[Play::Members],
    ..BASE
};

/// The start of the idle period, after the last refused transaction, in microseconds.
pub const REST_FROM_US: u64 = 120_000_000;
/// The length of the idle period: 72 hours.
const REST_US: u64 = 72 * 3_600_000_000;

const WEEKEND: Profile = Profile {
    name: "weekend",
    about: "1 shard of 4 validators; after some work a transaction is refused, and then the chain is idle for 72 hours",
    shards: 1,
    transactions: 4,
    faults_us: REST_FROM_US + REST_US,
    has_faults: false,
    liars_max: 0,
    plays: &[Play::Rests],
    ..BASE
};

/// All profiles; the first one is the default.
pub const ALL: &[Profile] = &[
    Profile {
        name: "faults",
        about: "2 shards of 4 validators, one of which may be Byzantine; every kind of fault; some seeds use other profiles",
        others: &[(0, MEMBERS), (2, JOINING), (6, TRADE), (7, EPOCHS), (9, WHOLE)],
        ..BASE
    },
    Profile {
        name: "calm",
        about: "2 shards of 4 validators, nothing fails",
        faults_us: 2_000_000,
        has_faults: false,
        liars_max: 0,
        ..BASE
    },
    Profile {
        name: "weights",
        about: "1 shard of 5 validators of different weights; every kind of fault",
        shards: 1,
        weights: &[5, 3, 3, 2, 2],
        ..BASE
    },
    Profile {
        name: "seven",
        about: "1 shard of 7 validators, two of which may be Byzantine; every kind of fault",
        shards: 1,
        weights: &[1; 7],
        liars_max: 2,
        ..BASE
    },
    Profile {
        name: "traitors",
        about: "1 shard of 4 validators, two of which conspire: agreement must break",
        shards: 1,
        followers: 0,
        liars_max: 2,
        must_break: true,
        ..BASE
    },
    TRADE,
    EPOCHS,
    WHOLE,
    JOINING,
    MEMBERS,
    WEEKEND,
];

impl Profile {
    /// The profile with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|profile| profile.name == name)
    }

    pub fn has(&self, play: Play) -> bool {
        self.plays.contains(&play)
    }

    /// The profile that a seed uses: this one, or one of `others`.
    #[must_use]
    pub fn for_seed(&self, seed: u64) -> Self {
        self.others.iter().find(|(digit, _)| *digit == seed % 10).map_or(*self, |(_, other)| *other)
    }
}
