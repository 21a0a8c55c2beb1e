//! A scenario: a seed of a profile, with all or some of the faults and transactions that it draws. Invariant: a
//! scenario can be written as a command line, and an omitted part leaves the others unchanged.

use crate::{
    dice::{Concern, Dice},
    fault::{self, Plan, Step},
    profile::Profile,
    workload::Wish,
};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// A selection from a numbered list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Pick {
    #[default]
    All,
    /// The elements with these numbers, counted from 0.
    Only(BTreeSet<usize>),
}

impl Pick {
    pub fn has(&self, number: usize) -> bool {
        match self {
            Self::All => true,
            Self::Only(numbers) => numbers.contains(&number),
        }
    }
}

/// Formats as `all`, `none`, or numbers separated by commas.
impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Only(numbers) if numbers.is_empty() => f.write_str("none"),
            Self::Only(numbers) => {
                let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
                f.write_str(&numbers.join(","))
            }
        }
    }
}

impl FromStr for Pick {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            "none" => Ok(Self::Only(BTreeSet::new())),
            numbers => numbers.split(',').map(str::parse).collect::<Result<_, _>>().map(Self::Only),
        }
    }
}

/// A world to run.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub profile: Profile,
    pub seed: u64,
    /// The drawn faults that happen.
    pub faults: Pick,
    /// The client transactions that are sent; those that register tenants are always sent.
    pub wishes: Pick,
    /// The end of the fault period in milliseconds since the start, if it is earlier than the profile's.
    pub until_ms: Option<u64>,
}

impl Scenario {
    /// A seed with everything that it draws.
    pub const fn of(profile: Profile, seed: u64) -> Self {
        Self { profile, seed, faults: Pick::All, wishes: Pick::All, until_ms: None }
    }

    /// The profile that the seed uses.
    pub fn kind(&self) -> Profile {
        self.profile.of(self.seed)
    }

    /// The profile that the seed uses, with the shortened fault period.
    pub fn world(&self) -> Profile {
        let mut kind = self.kind();
        kind.faults_us = self.until_ms.map_or(kind.faults_us, |ms| kind.faults_us.min(ms.saturating_mul(1_000)));
        kind
    }

    /// The faults that happen.
    pub fn plan(&self) -> Plan {
        let mut plan = fault::draw(&self.kind(), &mut Dice::new(self.seed, Concern::Fault));
        let mut number = 0..;
        plan.faults.retain(|_| number.next().is_some_and(|number| self.faults.has(number)));
        let end_us = self.world().faults_us;
        let is_in_time = |(at_us, _): &(u64, Step)| *at_us < end_us;
        plan.faults.iter_mut().for_each(|fault| fault.retain_steps(is_in_time));
        plan
    }

    /// Selects from the drawn client transactions.
    pub fn wished(&self, mut wishes: Vec<Wish>) -> Vec<Wish> {
        let end_us = self.world().faults_us;
        let mut number = 0..;
        wishes.retain(|wish| {
            let is_picked = wish.is_first || number.next().is_some_and(|number| self.wishes.has(number));
            is_picked && wish.at_us < end_us
        });
        wishes
    }
}

/// Formats as the command that runs the scenario.
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, seed, faults, wishes, until_ms } = self;
        write!(f, "cargo run -p chain-sim --release -- --profile {} --seed {seed}", profile.name)?;
        for (name, pick) in [("faults", faults), ("wishes", wishes)] {
            if *pick != Pick::All {
                write!(f, " --{name} {pick}")?;
            }
        }
        until_ms.map_or(Ok(()), |ms| write!(f, " --until-ms {ms}"))
    }
}
