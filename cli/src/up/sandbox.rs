//! The sandbox tenant of a data directory. Invariant: a directory with `sandbox.json` never gets another sandbox
//! tenant. Only the owner can read that file.

use crate::home::write_private;
use anyhow::Context as _;
use gateway::{
    auth::credential::Mode,
    state::Gateway,
    tenant::{NewTenant, provision},
};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path, sync::Arc};

/// The sandbox tenant's credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sandbox {
    pub tenant_id: String,
    /// The client id of its API key.
    pub client_id: String,
    /// The secret of its API key.
    pub client_secret: String,
}

/// Returns the sandbox of a data directory; creates it if there is none.
pub async fn open_or_create(gateway: &Arc<Gateway>, data: &Path) -> anyhow::Result<Sandbox> {
    let path = data.join("sandbox.json");
    if path.exists() {
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        return serde_json::from_slice(&bytes).with_context(|| format!("reading {}", path.display()));
    }
    let new = NewTenant { name: "Sandbox".to_owned(), mode: Mode::Test, owner: None };
    let made = provision(gateway, new).await.map_err(|error| anyhow::anyhow!("making the sandbox: {error:?}"))?;
    let sandbox = Sandbox {
        tenant_id: made.tenant.to_string(),
        client_id: made.client_id,
        client_secret: made.client_secret.to_string(),
    };
    write_private(&path, &serde_json::to_vec_pretty(&sandbox)?)?;
    Ok(sandbox)
}
