//! Keyset paging with signed cursors. Invariant: a cursor is accepted only unchanged, and only for its own list and
//! tenant. Each cursor carries a truncated HMAC-SHA256 over tenant, list and position.

mod list;

pub use list::{List, PageOf, next_link};

use crate::{
    error::{ApiError, code},
    tenant_id::TenantId,
};
use arc_swap::ArcSwap;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The default number of items per page.
pub const PAGE_LIMIT_DEFAULT: u16 = 50;
/// The maximum number of items per page.
pub const PAGE_LIMIT_MAX: u16 = 500;
/// The maximum length of a cursor in bytes. Longer ones are refused unread. A position can be a text of 2 KiB, each
/// character of which is escaped.
pub const CURSOR_BYTES_MAX: usize = 6 * 1_024;
/// The length of the truncated HMAC in bytes: 128 bits, which cannot be guessed online.
const TAG_BYTES: usize = 16;

/// A cursor as a client sent it.
#[derive(Clone, Copy, Debug)]
pub struct SentCursor<'c> {
    pub text: &'c str,
    /// The pointer to it in the request: `/name` for a parameter.
    pub pointer: &'c str,
}

/// Signs and checks cursors with a key that all gateways of a deployment share.
pub struct CursorSigner(ArcSwap<Zeroizing<[u8; 32]>>);

impl std::fmt::Debug for CursorSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorSigner(..)")
    }
}

impl CursorSigner {
    /// Creates a signer from a key of 256 random bits.
    pub fn new(key: [u8; 32]) -> Self {
        Self(ArcSwap::from_pointee(Zeroizing::new(key)))
    }

    /// Takes the key of another signer. Cursors signed before are refused from now on.
    pub fn replace(&self, other: &Self) {
        self.0.store(other.0.load_full());
    }

    /// Issues an opaque cursor for `position` in the tenant's list `list` (any stable name, such as `api_keys`).
    pub fn seal<T: Serialize>(&self, tenant: TenantId, list: &str, position: &T) -> Result<String, ApiError> {
        let mut bytes = serde_json::to_vec(position).map_err(|error| ApiError::internal(&error))?;
        let tag = self.mac(tenant, list, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&tag[..TAG_BYTES]);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Returns the position of a cursor that this key signed for the same tenant and list.
    ///
    /// # Errors
    /// `request.invalid_cursor` for anything else, with the pointer of the cursor.
    pub fn open<T: DeserializeOwned>(
        &self,
        tenant: TenantId,
        list: &str,
        cursor: SentCursor<'_>,
    ) -> Result<T, ApiError> {
        self.try_open(tenant, list, cursor.text).ok_or_else(|| {
            ApiError::new(&code::INVALID_CURSOR, "Use a cursor exactly as the previous page gave it, on the same list.")
                .at(cursor.pointer, code::INVALID_CURSOR.name, "not a cursor of this list")
        })
    }

    fn try_open<T: DeserializeOwned>(&self, tenant: TenantId, list: &str, cursor: &str) -> Option<T> {
        if cursor.len() > CURSOR_BYTES_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (position, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG_BYTES)?)?;
        self.mac(tenant, list, position).verify_truncated_left(tag).ok()?;
        serde_json::from_slice(position).ok()
    }

    fn mac(&self, tenant: TenantId, list: &str, position: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.load().as_slice()).expect("HMAC takes a key of any length");
        mac.update(tenant.as_bytes());
        // The length separates list and position unambiguously.
        mac.update(&(list.len() as u64).to_le_bytes());
        mac.update(list.as_bytes());
        mac.update(position);
        mac
    }
}

/// The paging parameters of every list under `/v1`.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// The number of items in the page, from 1 to 500; 50 if absent.
    pub limit: Option<u16>,
    /// The cursor of the next page, exactly as the previous page returned it. If absent, the first page is returned.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// The requested number of items.
    ///
    /// # Errors
    /// `request.invalid_parameter` when it is not in 1 to [`PAGE_LIMIT_MAX`].
    pub fn limit(&self) -> Result<u16, ApiError> {
        match self.limit.unwrap_or(PAGE_LIMIT_DEFAULT) {
            limit @ 1..=PAGE_LIMIT_MAX => Ok(limit),
            limit => Err(ApiError::new(&code::INVALID_PARAMETER, format!("A page has 1 to {PAGE_LIMIT_MAX} items."))
                .at("/limit", code::INVALID_PARAMETER.name, format!("{limit} is out of range"))),
        }
    }

    /// The requested page of the tenant's list `list`.
    ///
    /// # Errors
    /// `request.invalid_parameter`, `request.invalid_cursor`.
    pub fn of<'s, P: Clone + Serialize + DeserializeOwned>(
        &self,
        cursors: &'s CursorSigner,
        tenant: TenantId,
        list: &'static str,
    ) -> Result<PageOf<'s, P>, ApiError> {
        PageOf::open(cursors, tenant, list, self.sent(), u32::from(self.limit()?))
    }

    /// The cursor as it was sent.
    pub fn sent(&self) -> Option<SentCursor<'_>> {
        self.cursor.as_deref().map(|text| SentCursor { text, pointer: "/cursor" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cursor_opens_only_where_it_belongs() {
        let signer = CursorSigner::new([7; 32]);
        let (tenant, other) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let cursor = signer.seal(tenant, "api_keys", &(12, "b")).expect("serializes");
        let sent = SentCursor { text: &cursor, pointer: "/cursor" };
        assert_eq!(signer.open::<(u32, String)>(tenant, "api_keys", sent).expect("ours"), (12, "b".to_owned()));
        let opens = |signer: &CursorSigner, tenant, list, text: &str| {
            signer.open::<(u32, String)>(tenant, list, SentCursor { text, pointer: "/cursor" }).is_ok()
        };
        assert!(!opens(&signer, other, "api_keys", &cursor));
        assert!(!opens(&signer, tenant, "members", &cursor));
        assert!(!opens(&CursorSigner::new([8; 32]), tenant, "api_keys", &cursor));
        for at in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(!opens(&signer, tenant, "api_keys", &changed), "changed at {at}");
        }
        for bad in ["", "AAAA", "!", &"A".repeat(CURSOR_BYTES_MAX + 1)] {
            assert!(!opens(&signer, tenant, "api_keys", bad), "{bad}");
        }
    }

    #[test]
    fn limits_are_kept() {
        let limit = |limit| PageQuery { limit, cursor: None }.limit();
        assert_eq!(limit(None).expect("default"), PAGE_LIMIT_DEFAULT);
        assert_eq!(limit(Some(PAGE_LIMIT_MAX)).expect("largest"), PAGE_LIMIT_MAX);
        assert!(limit(Some(0)).is_err() && limit(Some(PAGE_LIMIT_MAX + 1)).is_err());
    }
}
