//! The vectors that the specification, the reference libraries and the server of Svix publish.

use standards_webhooks::{
    message::Message,
    public_key::PublicKey,
    secret::Secret,
    sign::sign,
    verify::{Clock, Headers, Key, TOLERANCE_S_DEFAULT, verify},
};

/// The message of `libraries/*/` of standard-webhooks, the same in every language.
const MESSAGE: Message<'_> =
    Message { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp_s: 1_614_265_330, body: b"{\"test\": 2432232314}" };

/// The secrets and signatures of the reference libraries, and of `worker.rs` of svix-server, whose signature is also in
/// the example of headers in the specification.
const VECTORS: [(&str, &str); 3] = [
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    (
        "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=",
        "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==",
    ),
    (
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
    ),
];

/// The public key of the last secret.
const PUBLIC_KEY: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

#[test]
fn signatures_are_those_of_other_implementations() {
    for (secret, signature) in VECTORS {
        let secret = Secret::parse(secret).expect("a secret");
        assert_eq!(sign(&MESSAGE, &[secret]).as_deref(), Ok(signature));
    }
    let secrets = VECTORS.map(|(secret, _)| Secret::parse(secret).expect("a secret"));
    let all = VECTORS.map(|(_, signature)| signature).join(" ");
    assert_eq!(sign(&MESSAGE, &secrets), Ok(all));
}

#[test]
fn the_public_key_is_that_of_another_implementation() {
    let [_, _, (secret, signature)] = VECTORS;
    let public_key = Secret::parse(secret).expect("a secret").public_key().expect("a key pair has a public key");
    assert_eq!(public_key.to_string(), PUBLIC_KEY);
    let public_key = PublicKey::parse(PUBLIC_KEY).expect("a public key");
    let headers = Headers { id: MESSAGE.id, timestamp: "1614265330", signature };
    let clock = Clock { now_s: MESSAGE.timestamp_s, tolerance_s: TOLERANCE_S_DEFAULT };
    assert_eq!(verify(&headers, MESSAGE.body, &[Key::Public(&public_key)], clock), Ok(()));
}
