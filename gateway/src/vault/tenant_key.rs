//! A tenant's decrypted keys in memory. Invariant: keys are zeroized when dropped and never printed.

use super::envelope;
use crate::tenant_id::TenantId;
use aes_gcm::{Aes256Gcm, KeyInit as _};
use chain_seal::{SubjectKey, TransactionKey};
use chain_types::{SecretKey, TxId};
use hkdf::Hkdf;
use sha2::Sha256;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The keys of a tenant: they sign its transactions, blind its subjects and seal its transaction keys.
#[derive(Clone)]
pub struct TenantKeys {
    pub signing: SecretKey,
    /// Blinds subjects and keys the digests of contents.
    pub subject: SubjectKey,
    pub(super) data: Arc<DataKey>,
}

impl std::fmt::Debug for TenantKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TenantKeys(..)")
    }
}

impl TenantKeys {
    /// Seals the key of one of the tenant's transactions.
    pub fn seal_transaction_key(&self, tx_id: TxId, key: &[u8; 32]) -> Vec<u8> {
        self.data.seal_transaction_key(tx_id, key)
    }
}

/// A tenant's data key, which seals the tenant's other keys.
pub(super) struct DataKey {
    bytes: Zeroizing<[u8; 32]>,
    tenant: TenantId,
}

impl DataKey {
    pub(super) fn new(tenant: TenantId, bytes: Zeroizing<[u8; 32]>) -> Self {
        Self { bytes, tenant }
    }

    /// Seals one of the tenant's long-lived keys.
    pub(super) fn seal(&self, kind: &str, secret: &[u8]) -> Vec<u8> {
        envelope::seal(
            &self.cipher(b"waymark/tenant-key/1", b""),
            &envelope::associated(self.tenant, kind, b""),
            secret,
        )
    }

    /// Opens a key that [`DataKey::seal`] sealed.
    pub(super) fn open(&self, kind: &str, sealed: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let cipher = self.cipher(b"waymark/tenant-key/1", b"");
        fixed(&envelope::open(&cipher, &envelope::associated(self.tenant, kind, b""), sealed)?)
    }

    /// Each transaction has its own derived key, which seals one value only. So the nonce can be fixed, and the number
    /// of transactions under one data key is unlimited.
    pub(super) fn seal_transaction_key(&self, tx_id: TxId, key: &[u8; 32]) -> Vec<u8> {
        let associated = envelope::associated(self.tenant, "transaction", tx_id.0.as_bytes());
        let cipher = self.cipher(b"waymark/transaction-key/1", tx_id.0.as_bytes());
        envelope::seal_with(&cipher, &[0; envelope::NONCE_BYTES], &associated, key)
    }

    /// Opens the key of a transaction.
    pub(super) fn open_transaction_key(&self, tx_id: TxId, sealed: &[u8]) -> Option<TransactionKey> {
        let associated = envelope::associated(self.tenant, "transaction", tx_id.0.as_bytes());
        let cipher = self.cipher(b"waymark/transaction-key/1", tx_id.0.as_bytes());
        let bytes = fixed(&envelope::open_with(&cipher, &[0; envelope::NONCE_BYTES], &associated, sealed)?)?;
        Some(TransactionKey::from_bytes(*bytes))
    }

    /// Derives a cipher with HKDF-SHA256 (RFC 5869); the info is `label || id`.
    fn cipher(&self, label: &[u8], id: &[u8]) -> Aes256Gcm {
        let mut key = Zeroizing::new([0_u8; 32]);
        Hkdf::<Sha256>::new(None, &*self.bytes)
            .expand_multi_info(&[label, id], &mut *key)
            .expect("32 bytes are within HKDF's limit");
        Aes256Gcm::new((&*key).into())
    }
}

/// The bytes as a 32-byte key; `None` for another length.
pub(super) fn fixed(bytes: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    bytes.try_into().ok().map(Zeroizing::new)
}
