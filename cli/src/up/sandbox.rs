//! The sandbox tenant of a data directory. Invariant: a directory has one sandbox tenant, also after a crash during its
//! first start: the credentials are stored before the tenant is created. Only the owner can read that file.

use crate::home::write_private;
use anyhow::Context as _;
use gateway::{
    auth::{Credential, Secret, credential::Mode},
    error::Failure,
    state::Gateway,
    tenant::{NewTenant, provision_as},
    tenant_id::TenantId,
};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path, sync::Arc};
use uuid::Uuid;

/// The sandbox tenant's credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sandbox {
    pub tenant_id: String,
    /// The client id of its API key.
    pub client_id: String,
    /// The secret of its API key.
    pub client_secret: String,
}

/// Returns the sandbox of a data directory; creates what is missing of it.
pub async fn open_or_create(gateway: &Arc<Gateway>, data: &Path) -> anyhow::Result<Sandbox> {
    let path = data.join("sandbox.json");
    let sandbox = if path.exists() {
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("reading {}", path.display()))?
    } else {
        let sandbox = Sandbox::random();
        write_private(&path, &serde_json::to_vec_pretty(&sandbox)?)?;
        sandbox
    };
    let first = sandbox.credential().with_context(|| format!("{} holds no credential", path.display()))?;
    let new = NewTenant { name: "Sandbox".to_owned(), mode: Mode::Test, owner: None };
    provision_as(gateway, new, first, None).await.map_err(Failure).context("making the sandbox")?;
    Ok(sandbox)
}

impl Sandbox {
    fn random() -> Self {
        let first = Credential { tenant: TenantId::random(), key_id: Uuid::now_v7(), secret: Secret::random() };
        Self {
            tenant_id: first.tenant.to_string(),
            client_id: first.client_id(),
            client_secret: first.to_text(Mode::Test).to_string(),
        }
    }

    fn credential(&self) -> Option<Credential> {
        Credential::parse(&self.client_secret)
    }

    /// The tenant.
    pub fn tenant(&self) -> Option<TenantId> {
        self.tenant_id.parse().ok()
    }
}
