//! The text form of the ids of webhooks: a prefix that names the kind, and a UUID version 7. Invariant: ids of
//! different kinds never parse as each other. Ids sort by time.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not an id of this kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(pub Uuid);

        impl $name {
            /// Generates a new id.
            #[expect(clippy::new_without_default, reason = "a new id is no default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

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

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }
    };
}

id!(
    /// An endpoint: `hook_` and 32 hexadecimal digits.
    WebhookId, "hook_"
);
id!(
    /// A secret of an endpoint: `hsec_` and 32 hexadecimal digits.
    SecretId, "hsec_"
);
id!(
    /// An attempt to deliver: `hatt_` and 32 hexadecimal digits.
    AttemptId, "hatt_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_kinds_do_not_mix() {
        let id = WebhookId(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "hook_", "hook_7", &id.to_string()[5..], &SecretId(id.0).to_string()] {
            assert_eq!(bad.parse::<WebhookId>(), Err(NotAnId), "{bad}");
        }
    }
}
