//! Requests of `waymark operator` to a running gateway, and how they reach it. Invariant: only the owner of the data
//! directory can open the folder of the socket.

use crate::{control::socket::exchange, home::chain_folder};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The file name of the socket.
const SOCKET: &str = "operator";

/// A request to a running gateway.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Create an API key of the operator.
    CreateKey,
    /// Create a tenant.
    CreateTenant {
        name: String,
        is_test: bool,
        /// The first owner's e-mail address; without one the first key is a service key.
        owner_email: Option<String>,
        owner_name: Option<String>,
    },
    /// List tenants after an id.
    ListTenants { after: Option<String> },
    /// Suspend a tenant, or end the suspension.
    SuspendTenant { tenant: String, is_suspended: bool },
    /// Issue a new owner's key for a tenant.
    RecoverTenant { tenant: String },
    /// Replace the key that signs tokens.
    RotateTokenKey {
        /// Whether tokens issued so far become invalid.
        revoke: bool,
    },
    /// Replace a secret of the service.
    RotateSecret { name: String },
    /// Report which key-encryption keys there are and what they seal.
    SealStatus,
    /// Read the file of key-encryption keys again.
    LoadKeys,
    /// The same, and seal every stored value again with the first key of the file.
    Reseal,
    /// Put a new key first in the file of key-encryption keys, and seal every stored value again with it.
    RotateSealKey,
    /// Remove all keys but the first from the file of key-encryption keys.
    DropOldKeys,
    /// Make a console link. Without a tenant: for the sandbox of `waymark up`.
    ConsoleLink { tenant: Option<String> },
    /// List the newest lines of the audit log.
    Audit,
}

/// The socket of the gateway that runs on a data directory.
pub fn socket(data: &Path) -> PathBuf {
    chain_folder(data).join(SOCKET)
}

/// Sends a request to the gateway that runs on a data directory.
pub async fn ask(data: &Path, request: &Request) -> anyhow::Result<Value> {
    let shown = data.display();
    let absent = format!(
        "no gateway runs on {shown}; start it with `waymark up --data {shown}` or `waymark gateway --data {shown}`, or \
         name its folder with --data"
    );
    exchange(&socket(data), request, absent).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_directory_without_a_gateway_reports_how_to_start_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = ask(folder.path(), &Request::Audit).await.expect_err("nobody runs").to_string();
        assert!(error.contains("waymark up --data") && error.contains("waymark gateway --data"), "{error}");
    }
}
