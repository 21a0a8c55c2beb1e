//! What is run: a seed of a profile, and how much of what it draws happens. Invariant: a scenario is a value that a
//! command line can say, and whatever is left out leaves everything else as the seed drew it.

use crate::{
    dice::{Concern, Dice},
    fault::{self, Plan, Step},
    profile::Profile,
    workload::Wish,
};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// Some of a numbered list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Pick {
    /// All of it.
    #[default]
    All,
    /// Those with these numbers, counted from 0.
    Only(BTreeSet<usize>),
}

impl Pick {
    /// Whether a number is picked.
    pub fn has(&self, number: usize) -> bool {
        match self {
            Self::All => true,
            Self::Only(numbers) => numbers.contains(&number),
        }
    }
}

/// `all`, `none`, or numbers with commas between them.
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
    /// The profile that the seed is of.
    pub profile: Profile,
    /// The seed.
    pub seed: u64,
    /// Which of the drawn faults happen.
    pub faults: Pick,
    /// Which of the clients' transactions are sent; those that register tenants always are.
    pub wishes: Pick,
    /// When everything heals, in milliseconds since the start, if that is earlier than the profile says.
    pub until_ms: Option<u64>,
}

impl Scenario {
    /// A seed with everything that it draws.
    pub const fn of(profile: Profile, seed: u64) -> Self {
        Self { profile, seed, faults: Pick::All, wishes: Pick::All, until_ms: None }
    }

    /// The kind of world that the seed is.
    pub fn kind(&self) -> Profile {
        self.profile.of(self.seed)
    }

    /// The same, with the faulty time that is left of it.
    pub fn world(&self) -> Profile {
        let mut kind = self.kind();
        kind.faults_us = self.until_ms.map_or(kind.faults_us, |ms| kind.faults_us.min(ms.saturating_mul(1_000)));
        kind
    }

    /// What goes wrong.
    pub fn plan(&self) -> Plan {
        let mut plan = fault::draw(&self.kind(), &mut Dice::new(self.seed, Concern::Fault));
        let mut number = 0..;
        plan.faults.retain(|_| number.next().is_some_and(|number| self.faults.has(number)));
        let end_us = self.world().faults_us;
        let is_in_time = |(at_us, _): &(u64, Step)| *at_us < end_us;
        plan.faults.iter_mut().for_each(|fault| fault.retain_steps(is_in_time));
        plan
    }

    /// What clients want, of all that was drawn.
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

/// The command that repeats it.
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
