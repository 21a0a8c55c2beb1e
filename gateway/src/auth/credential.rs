//! The text form of API keys. Invariant: the text contains tenant and key id, so no lookup crosses tenants. The secret
//! is 256 random bits, and only its SHA-256 is stored.
//!
//! Format: `wm_live_` or `wm_test_`, then base64url (RFC 4648, section 5) of tenant (16 bytes) ‖ key id (16) ‖ secret
//! (32). The client id is `wc_` and base64url of tenant ‖ key id. No password hashing is needed, because a random
//! 256-bit secret cannot be guessed from its hash.

use crate::tenant_id::TenantId;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

const CLIENT_PREFIX: &str = "wc_";
const ID_BYTES: usize = 32;
const SECRET_BYTES: usize = 32;

/// Whether a tenant is in production or a sandbox.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema, async_graphql::Enum,
)]
#[serde(rename_all = "lowercase")]
#[graphql(name = "TenantMode", rename_items = "lowercase")]
pub enum Mode {
    /// Production: records count.
    Live,
    /// A sandbox for tests.
    Test,
}

impl Mode {
    /// The name in requests and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// The mode of a stored name. An unknown name counts as a sandbox.
    pub fn from_stored(name: &str) -> Self {
        if name == "live" { Self::Live } else { Self::Test }
    }

    /// The prefix of API keys of this mode. Secret scanners search for it.
    pub const fn key_prefix(self) -> &'static str {
        match self {
            Self::Live => "wm_live_",
            Self::Test => "wm_test_",
        }
    }
}

/// The secret part of an API key. It is never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// Generates 256 random bits.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        rand::fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// A secret that was sent.
    pub fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, to be shown to the holder once.
    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The SHA-256 of the secret, which is what the database stores.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_slice()).into()
    }

    /// Whether the stored hash is the one of this secret. Runs in constant time.
    pub fn is(&self, hash: &[u8]) -> bool {
        self.hash().as_slice().ct_eq(hash).into()
    }
}

/// An API key: its tenant, its id and its secret.
#[derive(Clone, Debug)]
pub struct Credential {
    pub tenant: TenantId,
    pub key_id: Uuid,
    pub secret: Secret,
}

impl Credential {
    /// Encodes the key as text, which is shown once.
    pub fn to_text(&self, mode: Mode) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(ID_BYTES + SECRET_BYTES));
        bytes.extend_from_slice(self.tenant.as_bytes());
        bytes.extend_from_slice(self.key_id.as_bytes());
        bytes.extend_from_slice(self.secret.0.as_slice());
        Zeroizing::new(format!("{}{}", mode.key_prefix(), URL_SAFE_NO_PAD.encode(&*bytes)))
    }

    /// Parses the text of an API key; `None` when it does not have that form.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = [Mode::Live, Mode::Test].iter().find_map(|mode| text.strip_prefix(mode.key_prefix()))?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        let (id, secret) = bytes.split_at_checked(ID_BYTES)?;
        let (tenant, key_id) = ids(id)?;
        Some(Self { tenant, key_id, secret: Secret::from_bytes(secret.try_into().ok()?) })
    }

    /// Whether a text has the prefix of an API key.
    pub fn looks_like(text: &str) -> bool {
        text.starts_with("wm_")
    }

    /// The public name of the key, used as `client_id` and as the claim `sub`.
    pub fn client_id(&self) -> String {
        client_id(self.tenant, self.key_id)
    }
}

/// The public name of a key.
pub fn client_id(tenant: TenantId, key_id: Uuid) -> String {
    let mut bytes = [0; ID_BYTES];
    bytes[..16].copy_from_slice(tenant.as_bytes());
    bytes[16..].copy_from_slice(key_id.as_bytes());
    format!("{CLIENT_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Parses a client id into tenant and key id; `None` when it does not have that form.
pub fn parse_client_id(text: &str) -> Option<(TenantId, Uuid)> {
    ids(&URL_SAFE_NO_PAD.decode(text.strip_prefix(CLIENT_PREFIX)?).ok()?)
}

/// Splits 32 bytes into tenant and key id.
fn ids(bytes: &[u8]) -> Option<(TenantId, Uuid)> {
    let (tenant, key_id) = bytes.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), Uuid::from_slice(key_id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_round_trip_and_nothing_else_parses() {
        let credential =
            Credential { tenant: TenantId(Uuid::from_u128(1)), key_id: Uuid::from_u128(2), secret: Secret::random() };
        let text = credential.to_text(Mode::Test);
        assert!(text.starts_with("wm_test_"));
        let parsed = Credential::parse(&text).expect("round trip");
        assert_eq!((parsed.tenant, parsed.key_id), (credential.tenant, credential.key_id));
        assert!(parsed.secret.is(&credential.secret.hash()));
        assert!(!parsed.secret.is(&Secret::random().hash()) && !parsed.secret.is(b""));
        assert_eq!(parse_client_id(&credential.client_id()), Some((credential.tenant, credential.key_id)));
        for bad in ["", "wm_test_", "wm_test_AAAA", &text[..text.len() - 2], &format!("{}AAAA", *text), &text[3..]] {
            assert!(Credential::parse(bad).is_none(), "{bad}");
        }
        for bad in ["", "wc_", "wc_AAAA", &credential.client_id()[3..]] {
            assert!(parse_client_id(bad).is_none(), "{bad}");
        }
        assert!(!format!("{credential:?}").contains(&text[60..]));
    }
}
