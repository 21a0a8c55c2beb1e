//! Secrets and public keys survive writing and reading, and no other text is read.

use proptest::prelude::*;
use standards_webhooks::{
    public_key::{PublicKey, PublicKeyError},
    secret::{Secret, SecretError},
};

fn refused(text: &str) -> SecretError {
    Secret::parse(text).expect_err(text)
}

#[test]
fn a_text_with_a_fault_is_no_secret() {
    for (text, expected) in [
        ("", SecretError::Prefix),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix),
        ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix),
        (" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix),
        ("hwsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", SecretError::Prefix),
        ("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", SecretError::Prefix),
        ("whsec_", SecretError::SymmetricLength),
        ("whsec_%", SecretError::Encoding),
        ("whsec_wronglength", SecretError::Encoding),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", SecretError::Encoding),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", SecretError::Encoding),
        // Neither padding that is missing nor bits that are not used.
        ("whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk", SecretError::Encoding),
        ("whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTll=", SecretError::Encoding),
        ("whsk_", SecretError::AsymmetricLength),
        ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::AsymmetricLength),
        (
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvw==",
            SecretError::Mismatch,
        ),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
}

#[test]
fn a_text_with_a_fault_is_no_public_key() {
    let zeros = |count: usize| format!("whpk_{}A=", "A".repeat(count));
    let refused = |text: &str| PublicKey::parse(text).expect_err("no public key");
    assert_eq!(refused("1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="), PublicKeyError::Prefix);
    assert_eq!(refused("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4"), PublicKeyError::Encoding);
    assert_eq!(refused("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), PublicKeyError::Length);
    // A point of order 4, under which signatures without a secret key are valid.
    assert_eq!(refused(&zeros(42)), PublicKeyError::Point);
    // No point of the curve has the y-coordinate 2.
    assert_eq!(refused(&format!("whpk_Ag{}A=", "A".repeat(40))), PublicKeyError::Point);
}

#[test]
fn nothing_of_a_secret_is_printed() {
    for text in ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="] {
        let secret = Secret::parse(text).expect("a secret");
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(..) Secret(..)");
    }
}

proptest! {
    #[test]
    fn a_symmetric_secret_survives(random in prop::collection::vec(any::<u8>(), 24..=64)) {
        let text = Secret::symmetric(&random).expect("a secret").to_text();
        let again = Secret::parse(&text).expect("a written secret is read");
        prop_assert_eq!(again.to_text(), text);
        prop_assert!(again.public_key().is_none());
    }

    #[test]
    fn a_key_pair_survives(random in any::<[u8; 32]>()) {
        let secret = Secret::asymmetric(&random);
        let again = Secret::parse(&secret.to_text()).expect("a written secret is read");
        prop_assert_eq!(again.to_text(), secret.to_text());
        let public_key = secret.public_key().expect("a public key");
        prop_assert_eq!(PublicKey::parse(&public_key.to_string()), Ok(public_key));
    }
}
