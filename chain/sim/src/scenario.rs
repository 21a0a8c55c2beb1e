//! A scenario: a profile and a seed, with a selection of the drawn faults and transactions. Invariant: a scenario
//! formats as the command line that repeats the run. An omitted fault or transaction leaves the others unchanged.

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
    /// Whether the element with this number is selected.
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

/// A reproducible simulator run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The profile named on the command line. A seed may draw another one: see [`Scenario::drawn_profile`].
    pub profile: Profile,
    pub seed: u64,
    /// The drawn faults that happen.
    pub faults: Pick,
    /// The wishes (clients' intended transactions) that are sent. Initial registrations are not counted here and never
    /// omitted, except by a fault period of length 0.
    pub wishes: Pick,
    /// The end of the fault period in milliseconds since the start, if it is earlier than the profile's.
    pub until_ms: Option<u64>,
}

impl Scenario {
    /// A seed with everything that it draws.
    pub const fn of(profile: Profile, seed: u64) -> Self {
        Self { profile, seed, faults: Pick::All, wishes: Pick::All, until_ms: None }
    }

    /// The profile that the seed draws, with its full fault period.
    pub fn drawn_profile(&self) -> Profile {
        self.profile.for_seed(self.seed)
    }

    /// The drawn profile with the fault period shortened to `until_ms`.
    pub fn effective_profile(&self) -> Profile {
        let mut profile = self.drawn_profile();
        profile.faults_us =
            self.until_ms.map_or(profile.faults_us, |ms| profile.faults_us.min(ms.saturating_mul(1_000)));
        profile
    }

    /// The faults that happen.
    pub fn plan(&self) -> Plan {
        let mut plan = fault::draw(&self.drawn_profile(), &mut Dice::new(self.seed, Concern::Fault));
        let mut number = 0..;
        plan.faults.retain(|_| number.next().is_some_and(|number| self.faults.has(number)));
        let end_us = self.effective_profile().faults_us;
        let is_in_time = |(at_us, _): &(u64, Step)| *at_us < end_us;
        plan.faults.iter_mut().for_each(|fault| fault.retain_steps(is_in_time));
        plan
    }

    /// The drawn client transactions that are sent within the fault period.
    pub fn selected(&self, mut wishes: Vec<Wish>) -> Vec<Wish> {
        let end_us = self.effective_profile().faults_us;
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
