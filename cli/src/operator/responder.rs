//! Answers the operator's requests in a running gateway. Invariant: every change leaves a line in the audit log.

use super::{
    request::{Request, socket},
    seal_key::SealKeys,
};
use crate::{
    control::socket::{Listening, Responds},
    home::Home,
};
use anyhow::{Context as _, ensure};
use gateway::{
    auth::credential::Mode,
    error::{ApiError, Failure},
    operator,
    state::Gateway,
    tenant::{NewTenant, Owner, Provisioned, console, operate},
    tenant_id::TenantId,
};
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc};

/// The gateway of a process, and what the operator may change beside it.
pub struct Responder {
    pub gateway: Arc<Gateway>,
    /// The public address, for links.
    pub url: String,
    /// The file of key-encryption keys.
    pub kek_file: PathBuf,
    /// The sandbox of `waymark up`.
    pub sandbox: Option<TenantId>,
}

impl Responder {
    /// Listens for a running gateway. Returns `None` if the path of the directory is too long for a socket.
    pub fn listen(self, home: &Home) -> Option<Listening> {
        let socket = socket(&home.folder);
        let shown = socket.display().to_string();
        Listening::start(socket, self)
            .inspect_err(|error| tracing::warn!(%error, socket = shown, "`waymark operator` cannot reach this gateway"))
            .ok()
    }

    /// A link that signs a browser in once.
    pub async fn console_link(&self, tenant: TenantId) -> anyhow::Result<String> {
        let code = console::issue_code(&self.gateway, tenant).await.map_err(Failure)?;
        Ok(format!("{}/#code={}", self.url, *code))
    }

    async fn create_tenant(&self, new: NewTenant) -> anyhow::Result<Value> {
        Ok(credentials(&operate::create(&self.gateway, new).await.map_err(explained)?))
    }

    fn seal_keys(&self) -> SealKeys<'_> {
        SealKeys { gateway: &self.gateway, file: &self.kek_file }
    }
}

impl Responds for Responder {
    type Request = Request;

    async fn answer(&self, request: Request) -> anyhow::Result<Value> {
        let gateway = &self.gateway;
        Ok(match request {
            Request::CreateKey => credentials(&operate::issue_operator_key(gateway).await.map_err(Failure)?),
            Request::CreateTenant { name, is_test, owner_email, owner_name } => {
                ensure!(owner_email.is_some() || owner_name.is_none(), "an owner needs an address: --owner-email");
                let owner = owner_email.map(|email| Owner { name: owner_name.unwrap_or(email.clone()), email });
                let mode = if is_test { Mode::Test } else { Mode::Live };
                return self.create_tenant(NewTenant { name, mode, owner }).await;
            }
            Request::ListTenants { after } => {
                let after = after.as_deref().map(tenant_id).transpose()?;
                json!({ "tenants": operate::list(gateway, after).await.map_err(Failure)? })
            }
            Request::SuspendTenant { tenant, is_suspended } => {
                let id = tenant_id(&tenant)?;
                operate::suspend(gateway, id, is_suspended).await.map_err(Failure)?;
                json!({ "tenant_id": id, "suspended": is_suspended })
            }
            Request::RecoverTenant { tenant } => {
                credentials(&operate::recover(gateway, tenant_id(&tenant)?).await.map_err(Failure)?)
            }
            Request::RotateTokenKey { revoke } => {
                let kid = operator::rotate_token_key(gateway, revoke).await.map_err(Failure)?;
                json!({ "kid": kid, "revoked": revoke })
            }
            Request::RotateSecret { name } => {
                let is_known = operator::rotate_secret(gateway, &name).await.map_err(Failure)?;
                ensure!(is_known, "there is no secret of that name; there is `cursor`, which signs paging cursors");
                json!({ "secret": name })
            }
            Request::SealStatus => self.seal_keys().status().await?,
            Request::LoadKeys => self.seal_keys().load().await?,
            Request::Reseal => self.seal_keys().reseal().await?,
            Request::RotateSealKey => self.seal_keys().rotate().await?,
            Request::DropOldKeys => self.seal_keys().drop_old().await?,
            Request::ConsoleLink { tenant } => {
                let named = tenant.as_deref().map(tenant_id).transpose()?;
                let tenant =
                    named.or(self.sandbox).context("name a tenant with --tenant; this gateway has no sandbox")?;
                json!({ "url": self.console_link(tenant).await?, "expires_in": console::CODE_S_MAX })
            }
            Request::Audit => json!({ "lines": operator::audit::list(gateway).await.map_err(Failure)? }),
        })
    }
}

fn tenant_id(text: &str) -> anyhow::Result<TenantId> {
    text.parse().with_context(|| format!("{text:?} is not a tenant id, which is a UUID"))
}

fn credentials(made: &Provisioned) -> Value {
    json!({ "tenant_id": made.tenant, "client_id": made.client_id, "client_secret": *made.client_secret })
}

/// The error with each fault of the request.
fn explained(error: ApiError) -> anyhow::Error {
    let faults = error.problem().errors;
    let failure = anyhow::Error::from(Failure(error));
    faults.iter().fold(failure, |failure, fault| failure.context(format!("{}: {}", fault.pointer, fault.detail)))
}
