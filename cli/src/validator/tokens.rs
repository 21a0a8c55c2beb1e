//! Amounts in tokens, with at most 8 decimals, as users write them. Invariant: a printed amount parses to the same
//! number of native units.

use anyhow::{Context as _, ensure};
use std::{fmt, str::FromStr};

/// Native units per token.
const UNITS: u64 = 100_000_000;
/// The decimals of a token.
const DECIMALS: usize = 8;

/// An amount in native units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tokens(pub u64);

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / UNITS, self.0 % UNITS);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{rest:0DECIMALS$}");
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl FromStr for Tokens {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = || whole.chars().chain(decimals.chars()).all(|digit| digit.is_ascii_digit());
        ensure!(
            !whole.is_empty() && decimals.len() <= DECIMALS && digits(),
            "{text} is not a number of tokens with at most {DECIMALS} decimals"
        );
        let units = format!("{whole}{decimals:0<DECIMALS$}").parse();
        Ok(Self(units.with_context(|| format!("{text} is not a valid amount of tokens"))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_amounts_parse_to_the_same_units() {
        for (units, text) in [(0, "0"), (1, "0.00000001"), (150_000_000, "1.5"), (100_000_000_000, "1000")] {
            assert_eq!(Tokens(units).to_string(), text);
            assert_eq!(text.parse::<Tokens>().ok(), Some(Tokens(units)));
        }
        assert_eq!("184467440737.09551615".parse::<Tokens>().ok(), Some(Tokens(u64::MAX)));
        for text in ["", ".5", "-1", "1e3", "1.000000001", "184467440737.09551616"] {
            assert!(text.parse::<Tokens>().is_err(), "{text}");
        }
    }
}
