//! Checks the texts of links. Invariant: an address that passes can stand in a `Location` header and leads to a web
//! server, and a text that passes shows itself.

use super::limit::{LINK_ADDRESS_BYTES_MAX, LINK_TEXT_CHARS_MAX};
use crate::text;
use url::Url;

/// What is wrong with a title, a description or a context; `None` when nothing is.
pub(super) fn fault(text: &str) -> Option<String> {
    text::fault(text, LINK_TEXT_CHARS_MAX)
}

/// What is wrong with the address to which a link leads; `None` when nothing is.
pub(super) fn address_fault(address: &str) -> Option<String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    if address.len() > LINK_ADDRESS_BYTES_MAX {
        return Some(format!("has more than {LINK_ADDRESS_BYTES_MAX} bytes"));
    }
    if !address.bytes().all(is_allowed) {
        return Some("has a character that a URI must encode (RFC 3986 section 2)".to_owned());
    }
    let Ok(url) = Url::parse(address) else { return Some("is no URI".to_owned()) };
    if !matches!(url.scheme(), "http" | "https") {
        return Some("does not begin with https:// or http://".to_owned());
    }
    // A name before the host makes an address look like that of another site.
    if !url.username().is_empty() || url.password().is_some() {
        return Some("has a user name or a password".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_a_web_server() {
        let long = |bytes: usize| format!("https://e.x/{}", "a".repeat(bytes - "https://e.x/".len()));
        for good in ["https://e.x", "http://e.x:8080/a%20b?c=d#e", "https://[::1]/", &long(LINK_ADDRESS_BYTES_MAX)] {
            assert_eq!(address_fault(good), None, "{good}");
        }
        for bad in [
            "",
            "//e.x",
            "/a",
            "javascript:alert(1)",
            "data:text/html,a",
            "ftp://e.x/",
            "https://",
            "https://e.x/a b",
            "https://e.x/\r\nSet-Cookie:a",
            "https://e.x/\"",
            "https://e.x/ü",
            "https://bank.example@evil.example/",
            "https://:p@e.x/",
            &long(LINK_ADDRESS_BYTES_MAX + 1),
        ] {
            assert!(address_fault(bad).is_some(), "{bad:?}");
        }
    }
}
