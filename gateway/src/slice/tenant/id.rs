//! The text form of member and key ids: a prefix that names the kind, and a UUID version 7. Invariant: ids of different
//! kinds never parse as each other. Ids sort by time.

use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not an id of this kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let hex = text.strip_prefix($prefix).filter(|hex| hex.len() == 32).ok_or(NotAnId)?;
                Uuid::try_parse(hex).map(Self).map_err(|_| NotAnId)
            }
        }
    };
}

id!(
    /// A member: `mbr_` and 32 hexadecimal digits.
    MemberId, "mbr_"
);
id!(
    /// An API key: `key_` and 32 hexadecimal digits.
    KeyId, "key_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_kinds_do_not_mix() {
        let id = KeyId(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "key_", "key_7", &id.to_string()[4..], &MemberId(id.0).to_string()] {
            assert_eq!(bad.parse::<KeyId>(), Err(NotAnId), "{bad}");
        }
    }
}
