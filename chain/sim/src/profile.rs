//! Kinds of worlds. Invariant: a profile says what may happen; the seed says what does.

use chain_replica::Timing;

/// Something that goes on in a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Play {
    /// Traders send messages and open bundles across shards.
    Trade,
    /// Followers lose all that they have, and validators their stores, and join from snapshots.
    Joins,
    /// After some work a transaction comes that no block may hold, and then nothing for days.
    Rests,
    /// Followers register as validators and get seats, and somebody gives its seat back.
    Members,
}

/// A kind of world.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// How many shards.
    pub shards: u16,
    /// The validators' weights.
    pub weights: &'static [u64],
    /// How many followers.
    pub followers: u16,
    /// How many transactions clients want on each shard.
    pub transactions: u64,
    /// How long faults happen, in microseconds; after that everything heals but liars go on lying.
    pub faults_us: u64,
    /// Whether faults of the network, the disks, the clocks and the processes happen.
    pub has_faults: bool,
    /// The most validators that lie; they have less than a third of the weight unless agreement is to break.
    pub liars_max: usize,
    /// Whether agreement must break: the oracles are blind if it never does.
    pub must_break: bool,
    /// The least number of blocks of an epoch; without it the chain has no beacon.
    pub epoch_blocks: Option<u64>,
    /// What is played besides what clients want.
    pub plays: &'static [Play],
    /// The last digits of seeds that are worlds of other kinds.
    pub others: &'static [(u64, Self)],
}

/// How long views wait in simulated worlds.
pub const TIMING: Timing = Timing { view_ms: 300, view_ms_max: 1_200, grace_ms: 60, resend_ms: 150 };

/// What the profiles have in common.
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

/// How many blocks a process without any must lack to take a snapshot over.
pub const JOIN_BEHIND_BLOCKS: u64 = 3;

/// Followers and validators that begin anew.
const JOINING: Profile = Profile {
    name: "joining",
    about: "as faults, and followers and validators lose their stores and join from snapshots, of which some are forged",
    followers: 2,
    plays: &[Play::Joins],
    ..BASE
};

/// 2 shards that trade with each other.
const TRADE: Profile = Profile {
    name: "trade",
    about: "as faults, with messages and bundles across the shards and relayers that crash and repeat",
    transactions: 8,
    plays: &[Play::Trade],
    ..BASE
};

/// Epochs of few blocks.
const EPOCHS: Profile = Profile {
    name: "epochs",
    about: "as faults, with a beacon and epochs of 6 blocks; who lies is convicted",
    transactions: 8,
    epoch_blocks: Some(6),
    ..BASE
};

/// Both.
const WHOLE: Profile = Profile {
    name: "whole",
    about: "epochs and trade at once, so that committees change while bundles are open",
    transactions: 4,
    epoch_blocks: Some(8),
    plays: &[Play::Trade],
    ..BASE
};

/// Committees that change.
const MEMBERS: Profile = Profile {
    name: "members",
    about: "as epochs; two followers register, acknowledge and get seats, and somebody leaves and takes its bond back",
    transactions: 4,
    followers: 2,
    epoch_blocks: Some(6),
    plays: &[Play::Members],
    ..BASE
};

/// When the last of what clients want on a chain that rests was refused, in microseconds.
pub const REST_FROM_US: u64 = 120_000_000;
/// How long it rests: 72 hours.
const REST_US: u64 = 72 * 3_600_000_000;

/// A chain that rests.
const WEEKEND: Profile = Profile {
    name: "weekend",
    about: "1 shard of 4 validators; after some work a transaction is refused, and then nothing is asked for 72 hours",
    shards: 1,
    transactions: 4,
    faults_us: REST_FROM_US + REST_US,
    has_faults: false,
    liars_max: 0,
    plays: &[Play::Rests],
    ..BASE
};

/// All of them; the first is the usual one.
pub const ALL: &[Profile] = &[
    Profile {
        name: "faults",
        about: "2 shards of 4 validators, one of which may lie; every kind of fault; some seeds are others",
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
        about: "1 shard of 7 validators, two of which may lie; every kind of fault",
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
    /// A profile by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|profile| profile.name == name)
    }

    /// Whether something is played.
    pub fn has(&self, play: Play) -> bool {
        self.plays.contains(&play)
    }

    /// The kind of world that a seed is.
    #[must_use]
    pub fn of(&self, seed: u64) -> Self {
        self.others.iter().find(|(digit, _)| *digit == seed % 10).map_or(*self, |(_, other)| *other)
    }
}
