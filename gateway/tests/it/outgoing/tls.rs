//! Certificates of receivers are checked, those of allowed receivers too.

use super::{Names, Receiver, outcome, outgoing, post, trusting};
use gateway::outgoing::WaitLimits;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;

/// A root, and a receiver with a certificate of it for `receiver.test`.
async fn receiver() -> (CertificateDer<'static>, Receiver) {
    let (root_key, key) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    let mut root = CertificateParams::default();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = root.self_signed(&root_key).expect("a root");
    let leaf = CertificateParams::new(vec!["receiver.test".to_owned()]).expect("a name");
    let leaf = leaf.signed_by(&key, &root, &root_key).expect("a certificate");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).expect("a key"))
        .expect("a certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let receiver = Receiver::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            // A caller that refuses the certificate ends the handshake.
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut buffer = [0; 1_024];
            let read = stream.read(&mut buffer).await.expect("a request");
            assert!(buffer[..read].starts_with(b"POST / HTTP/1.1\r\n"));
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.expect("an answer");
            // The caller closes as soon as it has the body.
            let _ = stream.shutdown().await;
        }
    })
    .await;
    (root.der().clone(), receiver)
}

/// Calls the receiver by a name, with given roots.
async fn called(receiver: &Receiver, name: &str, roots: &[CertificateDer<'static>]) -> String {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(root.clone()).expect("a root");
    }
    let allowed = format!("{name}:{}", receiver.port());
    let outgoing = trusting(store, &[&allowed], Names::of(name, &[&["127.0.0.1"]]), WaitLimits::default());
    outcome(&post(&outgoing, &format!("https://{allowed}/")).await)
}

#[tokio::test]
async fn a_certificate_of_a_trusted_root_with_the_name_is_accepted_and_no_other() {
    let (root, trusted) = receiver().await;
    let (other_root, _) = receiver().await;
    assert_eq!(called(&trusted, "receiver.test", std::slice::from_ref(&root)).await, "200");
    assert_eq!(called(&trusted, "receiver.test", &[other_root.clone(), root.clone()]).await, "200");
    assert_eq!(called(&trusted, "receiver.test", &[other_root]).await, "webhook.tls_failed");
    assert_eq!(called(&trusted, "receiver.test", &[]).await, "webhook.tls_failed");
    assert_eq!(called(&trusted, "other.test", std::slice::from_ref(&root)).await, "webhook.tls_failed");
    assert_eq!(called(&trusted, "127.0.0.1", &[root]).await, "webhook.tls_failed");
}

#[tokio::test]
async fn a_server_without_tls_has_a_code() {
    let plain = Receiver::start(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("an answer");
        super::drain(stream).await;
    })
    .await;
    let outgoing = outgoing(&[&plain.address.to_string()], Names::default(), WaitLimits::default());
    assert_eq!(outcome(&post(&outgoing, &format!("https://{}/", plain.address)).await), "webhook.tls_failed");
}
