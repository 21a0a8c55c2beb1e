//! Keys and headers of Standard Webhooks, and URLs of receivers. What is read survives writing, and only what was
//! signed is accepted.

use fuzz::{Target, fuzz};
use gateway::outgoing::{Allowed, Outgoing, Scheme, SystemResolver, Trust, WaitLimits};
use standards_webhooks::{
    message::Message,
    outcome::{RETRY_AFTER_S_MAX, retry_after_s},
    public_key::PublicKey,
    secret::Secret,
    sign::sign,
    verify::{Clock, Headers, Key, TOLERANCE_S_DEFAULT, verify},
};
use std::sync::Arc;

#[test]
fn webhook_key() {
    let target = Target {
        name: "webhook_key",
        words: &["whsec_", "whsk_", "whpk_", "AAAA", "====", "=", "+", "-", "_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        examples: &[
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=",
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
            "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
        ],
        base_us: 2_000,
        byte_ns: 100,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let secret = Secret::parse(&text).map(|secret| {
            let written = secret.to_text();
            let again = Secret::parse(&written).expect("a written secret is read");
            assert_eq!((again.to_text(), again.public_key()), (written, secret.public_key()));
            secret.public_key().is_some()
        });
        let public_key = PublicKey::parse(&text).map(|key| assert_eq!(key.to_string(), text));
        format!("{secret:?} {public_key:?}")
    });
}

#[test]
fn webhook_headers() {
    let secrets = [Secret::symmetric(&[1; 32]).expect("a secret"), Secret::asymmetric(&[2; 32])];
    let message = Message { id: "evt_1", timestamp_s: 1_700_000_000, body: b"{}" };
    let signature = sign(&message, &secrets).expect("signatures");
    let valid = format!("evt_1\n1700000000\n{signature}\n120");
    let target = Target {
        name: "webhook_headers",
        words: &["v1,", "v1a,", "v2,", " ", ",", "=", "\n", "evt_1", ".", "1700000000", "GMT", &signature],
        examples: &[&valid, "evt_1\n1700000000\nv1,A v1a,B\nSun, 06 Nov 1994 08:49:37 GMT"],
        base_us: 5_000,
        byte_ns: 200,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let mut lines = text.split('\n');
        let mut next = || lines.next().unwrap_or_default();
        let headers = Headers { id: next(), timestamp: next(), signature: next() };
        let outcomes = secrets.each_ref().map(|secret| {
            let clock = Clock { now_s: 1_700_000_000, tolerance_s: TOLERANCE_S_DEFAULT };
            let outcome = verify(&headers, b"{}", &[Key::Secret(secret)], clock);
            if outcome.is_ok() {
                assert_eq!((headers.id, headers.timestamp), ("evt_1", "1700000000"), "nothing else was signed");
            }
            outcome
        });
        let wait_s = retry_after_s(503, next(), 784_111_777);
        assert!(wait_s.is_none_or(|wait_s| wait_s <= RETRY_AFTER_S_MAX));
        format!("{outcomes:?} {}", wait_s.is_some())
    });
}

#[test]
fn webhook_url() {
    let mut allowed = Allowed::default();
    allowed.add("localhost:9000").expect("HOST:PORT");
    let trust = Trust::of(rustls::RootCertStore::empty());
    let outgoing = Outgoing::new(allowed, Arc::new(SystemResolver::default()), trust, WaitLimits::default());
    let target = Target {
        name: "webhook_url",
        words: &[
            "https://",
            "http://",
            "localhost:9000",
            "[::1]",
            "127.0.0.1",
            "0x7f.1",
            "@",
            ":",
            "\\",
            "/",
            "?",
            "#",
        ],
        examples: &[
            "https://a.example:8443/hook?x=y",
            "http://localhost:9000/",
            "https://[2001:4860::1]/",
            "https://é.example/é",
        ],
        base_us: 5_000,
        byte_ns: 500,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        let read = outgoing.target(&text).map(|target| {
            assert_eq!(outgoing.target(target.as_str()).as_ref(), Ok(&target), "the normal form is its own");
            assert!(target.scheme() == Scheme::Https || target.is_allowed(), "without TLS for allowed receivers only");
            assert!(target.port() == 443 || target.port() >= 1024);
            target.scheme()
        });
        format!("{read:?}")
    });
}
