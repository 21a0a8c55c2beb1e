//! Replaces the gateway's own keys and secrets while it serves. Invariant: no stored value ever needs a key-encryption
//! key that the gateway was told to drop.

use super::audit;
use crate::{
    auth::signing_key::Change,
    error::ApiError,
    page::CursorSigner,
    service_secret,
    state::Gateway,
    vault::{Keyring, Resealed, SealedUnder, VaultError},
};
use std::sync::Arc;

/// Replaces the key that signs tokens, and returns the id of the new one. With `revoke`, all tokens issued so far
/// become invalid: in this process at once, in other gateways within 30 s.
///
/// # Errors
/// A failure of the database.
pub async fn rotate_token_key(gateway: &Gateway, revoke: bool) -> Result<String, ApiError> {
    let change = if revoke { Change::RevokeAll } else { Change::Replace };
    gateway.tokens.rotate(change, if revoke { "token_key.revoke" } else { "token_key.rotate" }).await
}

/// Replaces a secret of the service by name; `false` when there is none of that name. Paging cursors that were issued
/// before are refused afterwards. Other gateways of the deployment must be restarted.
///
/// # Errors
/// A failure of the database.
pub async fn rotate_secret(gateway: &Gateway, name: &str) -> Result<bool, ApiError> {
    if name != service_secret::CURSOR {
        return Ok(false);
    }
    let secret = service_secret::replace(&gateway.pool, &gateway.vault, service_secret::CURSOR).await?;
    gateway.cursors.replace(&CursorSigner::new(secret));
    Ok(true)
}

/// Reads which key-encryption keys sealed the stored values.
///
/// # Errors
/// A failure of the database.
pub async fn sealed(gateway: &Gateway) -> Result<Vec<SealedUnder>, VaultError> {
    gateway.vault.sealed_under(&gateway.pool).await
}

/// Replaces the keyring, if it holds every key that sealed a stored value.
///
/// # Errors
/// [`VaultError::KeyInUse`], and failures of the database.
pub async fn load_keyring(gateway: &Arc<Gateway>, keyring: Keyring) -> Result<(), VaultError> {
    for under in gateway.vault.sealed_under(&gateway.pool).await? {
        if !keyring.holds(&under.key_id) {
            return Err(VaultError::KeyInUse { table: under.table, rows: under.rows, key_id: under.key_id });
        }
    }
    let current = keyring.current_id();
    gateway.vault.replace_keyring(keyring);
    note(gateway, "key_encryption_key.load", current).await
}

/// Seals every stored value again with the current key-encryption key. Can be interrupted and repeated.
///
/// # Errors
/// [`VaultError`] at the first row that cannot be opened. Batches before it are committed.
pub async fn reseal(gateway: &Arc<Gateway>) -> Result<Vec<Resealed>, VaultError> {
    let done = gateway.vault.reseal_all(&gateway.pool).await?;
    note(gateway, "key_encryption_key.reseal", gateway.vault.current_key_id()).await?;
    Ok(done)
}

async fn note(gateway: &Gateway, action: &'static str, subject: String) -> Result<(), VaultError> {
    let mut transaction = indexer::tenant::begin_service(&gateway.pool).await?;
    audit::record(&mut transaction, action, &subject).await?;
    transaction.commit().await?;
    Ok(())
}
