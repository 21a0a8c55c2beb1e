//! The work of a receiver is in proportion to the bytes it reads. Each message here is as costly as its limits allow.

use standards_webhooks::{
    limit::SIGNATURES_MAX,
    message::Message,
    secret::Secret,
    sign::sign,
    verify::{Clock, Headers, Key, VerifyError, verify},
};
use std::{hint::black_box, time::Instant};

/// The most processor time for a body of one mebibyte, in nanoseconds a byte: four keys, each with up to 16 signatures
/// of Ed25519 that hash the body anew. Work that grows with the square of a text exceeds it many times.
const NS_PER_BYTE_MAX: u128 = 1_500;

/// The processor time of this thread, in nanoseconds; other programs on the machine do not count. Where the system does
/// not tell it, the time on the clock.
fn now_ns(start: Instant) -> u128 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| start.elapsed().as_nanos())
}

/// Measures the fastest of a few runs, because a short text takes less time than the first use of its code.
fn timed<T>(what: &str, bytes: usize, work: impl Fn() -> T) {
    let start = Instant::now();
    let run = || {
        let before = now_ns(start);
        let _ = black_box(work());
        now_ns(start) - before
    };
    let fastest = (0..3).map(|_| run()).min().expect("some runs");
    let ns_per_byte = fastest / bytes as u128;
    assert!(ns_per_byte < NS_PER_BYTE_MAX, "{what}: {ns_per_byte} ns/byte");
}

#[test]
fn of_the_body_and_of_long_headers() {
    let body = vec![b'x'; 1024 * 1024];
    let message = Message { id: "a", timestamp_s: 7, body: &body };
    let pairs: Vec<Secret> = (0..4).map(|byte| Secret::asymmetric(&[byte; 32])).collect();
    timed("signatures", body.len(), || sign(&message, &pairs));

    let signers: Vec<Secret> = (10..14).map(|byte| Secret::asymmetric(&[byte; 32])).collect();
    let header = vec![sign(&message, &signers).expect("signatures"); SIGNATURES_MAX / 4].join(" ");
    let keys: Vec<Key<'_>> = pairs.iter().map(Key::Secret).collect();
    let received = |signature: &str, timestamp: &str, id: &str, body: &[u8]| {
        verify(&Headers { id, timestamp, signature }, body, &keys, Clock { now_s: 7, tolerance_s: 0 })
    };
    assert_eq!(received(&header, "7", "a", b""), Err(VerifyError::NoMatch));
    timed("foreign signatures", body.len(), || received(&header, "7", "a", &body));

    let long = |piece: &str| piece.repeat(1024 * 1024 / piece.len());
    for piece in [" ", ",", "v1,", "v1,A ", "v1a,", "=", "A"] {
        let header = long(piece);
        timed(piece, header.len(), || received(&header, "7", "a", b""));
        timed(piece, header.len(), || received("", &header, "a", b""));
        timed(piece, header.len(), || received("", "7", &header, b""));
        let key = format!("whsec_{header}");
        timed(piece, key.len(), || Secret::parse(&key));
    }
}
