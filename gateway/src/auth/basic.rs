//! HTTP Basic (RFC 7617): user and password are the client id and the secret of an API key (RFC 6749, section 2.3.1).
//! Invariant: what is longer than any client is refused before it is decoded.

use super::credential::{Credential, parse_client_id};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::HeaderValue;

/// The challenge of a response with 401 (RFC 7617, section 2.1).
pub(crate) const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"waymark\", charset=\"UTF-8\"");

/// The maximum length of the encoded user and password, in bytes. A client id and a secret whose every character is
/// percent-encoded have less than half as many.
const BASIC_BYTES_MAX: usize = 2_048;

/// Base64 as clients send it: with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The credentials that follow the scheme `Basic`. `None` unless user and password are the client id and the secret of
/// one API key.
pub(crate) fn credential(encoded: &str) -> Option<Credential> {
    let (client_id, secret) = pair(encoded)?;
    named(&client_id, &secret)
}

/// The API key with this secret. `None` when the client id is another's.
pub(crate) fn named(client_id: &str, secret: &str) -> Option<Credential> {
    let credential = Credential::parse(secret)?;
    (parse_client_id(client_id) == Some((credential.tenant, credential.key_id))).then_some(credential)
}

/// Decodes user and password, each form-encoded (RFC 6749, section 2.3.1). Neither an id nor a secret has a character
/// that this changes, so clients that do not encode them are understood as well.
pub(crate) fn pair(encoded: &str) -> Option<(String, String)> {
    let encoded = encoded.trim();
    if encoded.len() > BASIC_BYTES_MAX {
        return None;
    }
    let text = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((form_decoded(user)?, form_decoded(password)?))
}

/// Decodes one form-encoded value: `+` is a space, and `%41` is `A`.
fn form_decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::{Secret, credential::Mode},
        tenant_id::TenantId,
    };
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
    use percent_encoding::NON_ALPHANUMERIC;
    use uuid::Uuid;

    #[test]
    fn a_client_is_known_by_its_id_and_its_own_secret() {
        let client = |key: u128| {
            let (tenant, key_id) = (TenantId(Uuid::from_u128(1)), Uuid::from_u128(key));
            let credential = Credential { tenant, key_id, secret: Secret::random() };
            (credential.client_id(), credential.to_text(Mode::Test).to_string())
        };
        let ((id, secret), (other_id, other_secret)) = (client(2), client(3));
        let encoded = |text: &str| percent_encoding::percent_encode(text.as_bytes(), NON_ALPHANUMERIC).to_string();
        for good in [
            STANDARD.encode(format!("{id}:{secret}")),
            STANDARD_NO_PAD.encode(format!("{id}:{secret}")),
            format!("  {} ", STANDARD.encode(format!("{id}:{secret}"))),
            STANDARD.encode(format!("{}:{}", encoded(&id), encoded(&secret))),
        ] {
            assert_eq!(credential(&good).expect(&good).client_id(), id);
        }
        for bad in [
            String::new(),
            "!".to_owned(),
            format!("{id}:{secret}"),
            STANDARD.encode(&secret),
            STANDARD.encode(format!(":{secret}")),
            STANDARD.encode(format!("{id}:")),
            STANDARD.encode(format!("{id}:{id}")),
            STANDARD.encode(format!("{other_id}:{secret}")),
            STANDARD.encode(format!("{id}:{other_secret}")),
            STANDARD.encode(format!("{id}:{secret}\u{e9}")),
            STANDARD.encode(b"\xff:\xff"),
        ] {
            assert!(credential(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn credentials_at_the_length_are_decoded_and_longer_ones_are_not() {
        let of = |bytes: usize| STANDARD_NO_PAD.encode(format!("a:{}", "b".repeat(bytes - 2)));
        let most = BASIC_BYTES_MAX / 4 * 3;
        assert_eq!(of(most).len(), BASIC_BYTES_MAX);
        assert!(pair(&of(most)).is_some());
        assert!(pair(&of(most + 1)).is_none());
    }
}
