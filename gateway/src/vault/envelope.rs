//! AES-256-GCM (NIST SP 800-38D) with the row's identity as associated data. Invariant: a sealed value that is moved to
//! another row cannot be opened.

use crate::tenant_id::TenantId;
use aes_gcm::{
    Aes256Gcm, Nonce,
    aead::{Aead as _, Payload},
};
use zeroize::Zeroizing;

/// The length of a nonce in bytes.
pub(super) const NONCE_BYTES: usize = 12;

/// The associated data of a row: `"waymark/vault/1" || tenant || len(kind) || kind || id`.
pub(super) fn associated(tenant: TenantId, kind: &str, id: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(15 + 16 + 1 + kind.len() + id.len());
    out.extend_from_slice(b"waymark/vault/1");
    out.extend_from_slice(tenant.as_bytes());
    out.push(u8::try_from(kind.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(id);
    out
}

/// Returns `nonce || ciphertext || tag` with a random nonce. One key may seal at most 2^32 values this way.
pub(super) fn seal(cipher: &Aes256Gcm, associated: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE_BYTES];
    rand::fill(&mut nonce);
    let mut out = nonce.to_vec();
    out.extend(seal_with(cipher, &nonce, associated, secret));
    out
}

/// Returns `ciphertext || tag` for a given nonce. The caller must never use a nonce twice with one key.
pub(super) fn seal_with(cipher: &Aes256Gcm, nonce: &[u8; NONCE_BYTES], associated: &[u8], secret: &[u8]) -> Vec<u8> {
    cipher
        .encrypt(Nonce::from_slice(nonce), Payload { msg: secret, aad: associated })
        .expect("keys are far below the cipher's limit of 64 GiB")
}

/// Opens `nonce || ciphertext || tag`; `None` when this key did not seal it with this associated data.
pub(super) fn open(cipher: &Aes256Gcm, associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    open_with(cipher, nonce, associated, ciphertext)
}

/// Opens `ciphertext || tag` under a given nonce.
pub(super) fn open_with(
    cipher: &Aes256Gcm,
    nonce: &[u8; NONCE_BYTES],
    associated: &[u8],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    cipher.decrypt(Nonce::from_slice(nonce), Payload { msg: ciphertext, aad: associated }).ok().map(Zeroizing::new)
}
