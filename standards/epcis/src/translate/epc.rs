//! Translates one identifier between EPC URN and GS1 Digital Link (GS1 Digital Link URI Syntax 1.2; EPC Tag Data
//! Standard 2.0, section 6). Invariant: a translated identifier has the same canonical form.

use std::{borrow::Cow, fmt::Write as _};

use super::prefix_table::CompanyPrefixes;
use crate::identifier::{CANONICAL_ROOT, digital_link, normal_head};

/// The values of the header `GS1-EPC-Format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EpcFormat {
    /// As stored.
    #[default]
    NoPreference,
    /// URNs as Digital Links. Links of any host stay.
    AlwaysDigitalLink,
    /// Digital Links as URNs, where a URN has all that the link has, and the length of its company prefix is known.
    AlwaysUrn,
    /// As stored.
    NeverTranslates,
}

impl EpcFormat {
    /// The format that a header asks for. `None` for other texts.
    pub fn from_header(text: &str) -> Option<Self> {
        match text {
            "No_Preference" => Some(Self::NoPreference),
            "Always_GS1_Digital_Link" => Some(Self::AlwaysDigitalLink),
            "Always_EPC_URN" => Some(Self::AlwaysUrn),
            "Never_Translates" => Some(Self::NeverTranslates),
            _ => None,
        }
    }
}

/// An identifier in a format. Texts that are no GS1 identifier, and identifiers that have no such form, stay.
pub fn epc<'t>(text: &'t str, format: EpcFormat, prefixes: &dyn CompanyPrefixes) -> Cow<'t, str> {
    match format {
        EpcFormat::AlwaysDigitalLink if normal_head(text).starts_with("urn:") => {
            digital_link(text).unwrap_or(Cow::Borrowed(text))
        }
        EpcFormat::AlwaysUrn => urn(text, prefixes).map_or(Cow::Borrowed(text), Cow::Owned),
        EpcFormat::AlwaysDigitalLink | EpcFormat::NoPreference | EpcFormat::NeverTranslates => Cow::Borrowed(text),
    }
}

/// The URN of a Digital Link. `None` when it has none, and when the link has more than the URN would.
fn urn(text: &str, prefixes: &dyn CompanyPrefixes) -> Option<String> {
    let head = normal_head(text);
    let is_link = head.starts_with("https://") || head.starts_with("http://");
    if !is_link || text.contains(['?', '#']) {
        return None;
    }
    let link = digital_link(text)?;
    let path: Vec<&str> = link.strip_prefix(CANONICAL_ROOT)?.split('/').collect();
    if !has_only(text, path.len(), &link) {
        return None;
    }
    let urn = urn_of(&path, prefixes)?;
    // A value may have letters that one of the forms does not take.
    (digital_link(&urn)? == link).then_some(urn)
}

/// Whether the last `count` segments of a link's path say all that its canonical form says, so no qualifier is lost.
fn has_only(text: &str, count: usize, link: &str) -> bool {
    let segments: Vec<&str> = text.trim_end_matches('/').split('/').collect();
    let Some(last) = segments.len().checked_sub(count).and_then(|start| segments.get(start..)) else { return false };
    digital_link(&format!("{CANONICAL_ROOT}{}", last.join("/"))).is_some_and(|alone| alone == link)
}

fn urn_of(path: &[&str], prefixes: &dyn CompanyPrefixes) -> Option<String> {
    let [ai, value, qualifier @ ..] = path else { return None };
    match (*ai, qualifier) {
        ("01", qualifier) => {
            let parts = gtin(value, prefixes)?;
            match qualifier {
                [] => Some(format!("urn:epc:idpat:sgtin:{parts}.*")),
                ["10", lot] => Some(format!("urn:epc:class:lgtin:{parts}.{}", encoded(lot)?)),
                ["21", text] => Some(format!("urn:epc:id:sgtin:{parts}.{}", encoded(text)?)),
                ["235", text] => Some(format!("urn:epc:id:upui:{parts}.{}", encoded(text)?)),
                _ => None,
            }
        }
        ("8006", qualifier) => {
            let (gtin14, pieces) = value.split_at_checked(14)?;
            let (piece, total) = pieces.split_at_checked(2)?;
            let parts = gtin(gtin14, prefixes)?;
            match qualifier {
                [] => Some(format!("urn:epc:idpat:itip:{parts}.{piece}.{total}.*")),
                ["21", text] => Some(format!("urn:epc:id:itip:{parts}.{piece}.{total}.{}", encoded(text)?)),
                _ => None,
            }
        }
        ("00", []) => Some(format!("urn:epc:id:sscc:{}", with_indicator(value, prefixes)?)),
        ("414", []) => Some(format!("urn:epc:id:sgln:{}.0", divided(unchecked(value)?, prefixes)?)),
        ("414", ["254", text]) => {
            Some(format!("urn:epc:id:sgln:{}.{}", divided(unchecked(value)?, prefixes)?, encoded(text)?))
        }
        ("417", []) => Some(format!("urn:epc:id:pgln:{}", divided(unchecked(value)?, prefixes)?)),
        ("8003", []) => with_serial("grai", value.strip_prefix('0')?, prefixes),
        ("253", []) => with_serial("gdti", value, prefixes),
        ("255", []) => with_serial("sgcn", value, prefixes),
        ("8004", []) => Some(format!("urn:epc:id:giai:{}", divided(value, prefixes).and_then(|text| encoded(&text))?)),
        ("401", []) => Some(format!("urn:epc:id:ginc:{}", divided(value, prefixes).and_then(|text| encoded(&text))?)),
        ("8018", []) => Some(format!("urn:epc:id:gsrn:{}", divided(unchecked(value)?, prefixes)?)),
        ("8017", []) => Some(format!("urn:epc:id:gsrnp:{}", divided(unchecked(value)?, prefixes)?)),
        ("402", []) => Some(format!("urn:epc:id:gsin:{}", divided(unchecked(value)?, prefixes)?)),
        ("8010", []) => Some(format!("urn:epc:idpat:cpi:{}.*", encoded(&divided(value, prefixes)?)?)),
        ("8010", ["8011", text]) => Some(format!("urn:epc:id:cpi:{}.{text}", encoded(&divided(value, prefixes)?)?)),
        _ => None,
    }
}

/// The company prefix and the rest of a key, with a dot between them.
fn divided(key: &str, prefixes: &dyn CompanyPrefixes) -> Option<String> {
    let (company, rest) = key.split_at_checked(prefixes.length(key)?)?;
    company.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{company}.{rest}"))
}

/// A key whose first digit stands before the company prefix, and after it in the URN: an SSCC or a GTIN.
fn with_indicator(key: &str, prefixes: &dyn CompanyPrefixes) -> Option<String> {
    let (indicator, rest) = unchecked(key)?.split_at_checked(1)?;
    let (company, reference) = rest.split_at_checked(prefixes.length(rest)?)?;
    Some(format!("{company}.{indicator}{reference}"))
}

fn gtin(gtin14: &str, prefixes: &dyn CompanyPrefixes) -> Option<String> {
    with_indicator(gtin14, prefixes)
}

/// A key without its last digit, the check digit.
fn unchecked(key: &str) -> Option<&str> {
    key.get(..key.len().checked_sub(1)?)
}

/// A key of 13 digits with a serial, or the class of all its serials.
fn with_serial(scheme: &str, value: &str, prefixes: &dyn CompanyPrefixes) -> Option<String> {
    let (key, serial) = value.split_at_checked(13)?;
    let parts = divided(unchecked(key)?, prefixes)?;
    Some(if serial.is_empty() {
        format!("urn:epc:idpat:{scheme}:{parts}.*")
    } else {
        format!("urn:epc:id:{scheme}:{parts}.{}", encoded(serial)?)
    })
}

/// A value of a link as a URN spells it: other characters are encoded there. `None` when it is not valid in a link.
fn encoded(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
            u8::try_from(digit()? * 16 + digit()?).ok()?
        } else {
            byte
        };
        match byte {
            b'"' | b'%' | b'&' | b'/' | b'<' | b'>' | b'?' | b'#' => write!(out, "%{byte:02X}").ok()?,
            b'!'..=b'~' => out.push(char::from(byte)),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::translate::{PrefixTable, Unknown};

    fn table() -> PrefixTable {
        PrefixTable::new([("4012345".to_owned(), 7), ("0614141".to_owned(), 7), ("950600".to_owned(), 9)])
    }

    /// A URN and the link that it is.
    const PAIRS: [(&str, &str); 24] = [
        ("urn:epc:id:sgtin:4012345.011111.9876", "01/04012345111118/21/9876"),
        ("urn:epc:id:sgtin:4012345.011111.a%2Fb", "01/04012345111118/21/a%2Fb"),
        ("urn:epc:id:sgtin:0614141.112345.400", "01/10614141123459/21/400"),
        ("urn:epc:idpat:sgtin:4012345.011111.*", "01/04012345111118"),
        ("urn:epc:class:lgtin:4012345.012345.Lot987", "01/04012345123456/10/Lot987"),
        ("urn:epc:id:upui:4012345.012345.A", "01/04012345123456/235/A"),
        ("urn:epc:id:sscc:4012345.0111111111", "00/040123451111111110"),
        ("urn:epc:id:sgln:4012345.00005.0", "414/4012345000054"),
        ("urn:epc:id:sgln:4012345.00005.12", "414/4012345000054/254/12"),
        ("urn:epc:id:pgln:4012345.00005", "417/4012345000054"),
        ("urn:epc:id:grai:4012345.55555.987", "8003/04012345555554987"),
        ("urn:epc:idpat:grai:4012345.55555.*", "8003/04012345555554"),
        ("urn:epc:id:gdti:4012345.00001.A1", "253/4012345000016A1"),
        ("urn:epc:idpat:gdti:4012345.00001.*", "253/4012345000016"),
        ("urn:epc:id:sgcn:4012345.00001.12", "255/401234500001612"),
        ("urn:epc:id:giai:4012345.ABC", "8004/4012345ABC"),
        ("urn:epc:id:ginc:4012345.ABC", "401/4012345ABC"),
        ("urn:epc:id:gsrn:4012345.0000000001", "8018/401234500000000012"),
        ("urn:epc:id:gsrnp:4012345.0000000001", "8017/401234500000000012"),
        ("urn:epc:id:gsin:4012345.000000001", "402/40123450000000016"),
        ("urn:epc:id:cpi:4012345.PQ7.12", "8010/4012345PQ7/8011/12"),
        ("urn:epc:idpat:cpi:4012345.PQ7.*", "8010/4012345PQ7"),
        ("urn:epc:id:itip:4012345.012345.01.02.987", "8006/040123451234560102/21/987"),
        ("urn:epc:id:sgtin:950600013.0431.1", "01/09506000134314/21/1"),
    ];

    #[test]
    fn both_ways() {
        let mut failures = Vec::new();
        for (urn, path) in PAIRS {
            let to_link = epc(urn, EpcFormat::AlwaysDigitalLink, &Unknown);
            let link = to_link.clone();
            let back = epc(&link, EpcFormat::AlwaysUrn, &table());
            if to_link != format!("{CANONICAL_ROOT}{path}") || back != urn {
                failures.push((urn, to_link.into_owned(), back.into_owned()));
            }
        }
        assert_eq!(failures, []);
    }

    #[test]
    fn what_has_no_other_form_stays() {
        for text in [
            // No company prefix of known length.
            "https://id.gs1.org/01/09999999999994/21/1",
            // More than a URN has.
            "https://id.gs1.org/01/04012345111118/22/A/21/1",
            "https://id.gs1.org/01/04012345111118/10/L/21/1",
            "https://id.gs1.org/01/04012345111118/21/1?17=261231",
            "https://id.gs1.org/01/04012345111118/21/1#a",
            "https://id.gs1.org/414/4012345000054/7040/1ABC",
            "https://id.gs1.org/8018/401234500000000016/8019/1",
            // No EPC.
            "https://id.gs1.org/8013/4012345ABC",
            "https://example.org/about",
            "urn:epc:id:gid:1.2.3",
            "ex:1",
            "",
        ] {
            assert_eq!(epc(text, EpcFormat::AlwaysUrn, &table()), text);
        }
        for text in ["urn:epc:id:gid:1.2.3", "https://own.example/01/4012345111118/21/1", "urn:uuid:1", "text"] {
            assert_eq!(epc(text, EpcFormat::AlwaysDigitalLink, &table()), text);
        }
        for format in [EpcFormat::NoPreference, EpcFormat::NeverTranslates] {
            assert_eq!(epc(PAIRS[0].0, format, &table()), PAIRS[0].0);
        }
    }

    #[test]
    fn links_of_any_host_and_spelling_become_urns() {
        for text in [
            "https://own.example/shop/01/04012345111118/21/9876",
            "http://own.example/gtin/4012345111118/ser/9876",
            "https://own.example/01/4012345111118/21/9876/",
        ] {
            assert_eq!(epc(text, EpcFormat::AlwaysUrn, &table()), PAIRS[0].0, "{text}");
        }
    }

    #[test]
    fn headers() {
        for (text, format) in [
            ("No_Preference", Some(EpcFormat::NoPreference)),
            ("Always_GS1_Digital_Link", Some(EpcFormat::AlwaysDigitalLink)),
            ("Always_EPC_URN", Some(EpcFormat::AlwaysUrn)),
            ("Never_Translates", Some(EpcFormat::NeverTranslates)),
            ("", None),
        ] {
            assert_eq!(EpcFormat::from_header(text), format);
        }
    }
}
