//! The roots that certificates of receivers must lead to. Invariant: TLS 1.2 or 1.3, and no certificate is accepted
//! without a check of its chain and its name.

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use std::sync::Arc;

/// The settings of TLS for receivers. Clones share them.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

/// The system has no certificate of a root.
#[derive(Debug, thiserror::Error)]
#[error("no certificates of roots on this system; install `ca-certificates` or set SSL_CERT_FILE: {0:?}")]
pub struct TrustError(Vec<rustls_native_certs::Error>);

impl Trust {
    /// The roots of the operating system, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
    ///
    /// # Errors
    /// [`TrustError`] when there is none. Certificates that cannot be read are left out.
    pub fn of_system() -> Result<Self, TrustError> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(found.certs);
        if added == 0 { Err(TrustError(found.errors)) } else { Ok(Self::of(roots)) }
    }

    /// Given roots and no others.
    pub fn of(roots: RootCertStore) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = versions.expect("the provider has the ciphers of both versions");
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self(Arc::new(config))
    }

    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0)
    }
}
