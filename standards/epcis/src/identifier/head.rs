//! The beginnings of URIs, in which capitals are the same as small letters: the scheme (RFC 3986 section 6.2.2.1) and
//! the namespace of a URN (RFC 8141 section 3.1). Invariant: every other character is unchanged, because the rest of an
//! EPC URN is case-sensitive (EPC Tag Data Standard 2.0 section 6).

use std::borrow::Cow;

/// A web address with its scheme in small letters, or a URN with its scheme and namespace in small letters. Any other
/// text is unchanged.
pub(crate) fn normal_head(text: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = text.split_once(':') else { return Cow::Borrowed(text) };
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let namespace = if is("urn") {
        rest.find(':').unwrap_or_default()
    } else if rest.starts_with("//") && (is("https") || is("http")) {
        0
    } else {
        return Cow::Borrowed(text);
    };
    let (head, tail) = text.split_at(scheme.len() + 1 + namespace);
    if head.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(format!("{}{tail}", head.to_ascii_lowercase()))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_scheme_and_the_namespace_of_a_urn_change() {
        for (text, normal) in [
            ("HTTPS://A.Example/B", "https://A.Example/B"),
            ("Http://A", "http://A"),
            ("URN:EPC:ID:SGTIN:1.2.A", "urn:epc:ID:SGTIN:1.2.A"),
            ("urn:EPCglobal:cbv:A", "urn:epcglobal:cbv:A"),
            ("Urn:X", "urn:X"),
            ("URN:", "urn:"),
            ("URN:É:B", "urn:É:B"),
        ] {
            assert_eq!(normal_head(text), normal);
            assert!(matches!(normal_head(normal), Cow::Borrowed(same) if same == normal));
        }
        for text in ["", "A", ":A", "URN", "HTTPS:A", "HTTPS", "Ftp://A", "CBV:A", "URNS:A:b"] {
            assert_eq!(normal_head(text), text);
        }
    }
}
