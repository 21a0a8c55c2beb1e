//! Versions of EPCIS and CBV in headers, `major[.minor[.patch]]`. Invariant: parts that a version leaves out are not
//! compared.

use std::cmp::Ordering;

/// EPCIS 2.0, and CBV 2.0.
pub(super) const CURRENT: [u32; 3] = [2, 0, 0];
/// EPCIS 1.2, which only XML has.
pub(super) const FORMER: [u32; 3] = [1, 2, 0];

/// Whether a text names this version. A patch changes the texts of the standard only.
pub(super) fn is(text: &str, version: [u32; 3]) -> bool {
    parse(text).is_some_and(|parts| compare(&parts[..parts.len().min(2)], version) == Ordering::Equal)
}

/// Whether a text names version 1.0, 1.1 or 1.2. The former two are parts of the latter.
pub(super) fn is_former(text: &str) -> bool {
    parse(text).is_some_and(|parts| parts[0] == 1 && parts.get(1).is_none_or(|minor| *minor <= FORMER[1]))
}

/// Whether a version is not below the lowest one that a request accepts.
pub(super) fn is_at_most(text: &str, version: [u32; 3]) -> bool {
    parse(text).is_some_and(|parts| compare(&parts, version) != Ordering::Greater)
}

/// Whether a version is not above the highest one that a request accepts.
pub(super) fn is_at_least(text: &str, version: [u32; 3]) -> bool {
    parse(text).is_some_and(|parts| compare(&parts, version) != Ordering::Less)
}

fn parse(text: &str) -> Option<Vec<u32>> {
    let parts: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| parts.len() <= CURRENT.len())
}

fn compare(parts: &[u32], version: [u32; 3]) -> Ordering {
    parts
        .iter()
        .zip(&version)
        .map(|(theirs, ours)| theirs.cmp(ours))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let table = [
            ("2", [true, true, true], [false, false, true]),
            ("2.0", [true, true, true], [false, false, true]),
            ("2.0.0", [true, true, true], [false, false, true]),
            ("2.0.1", [true, false, true], [false, false, true]),
            ("2.1", [false, false, true], [false, false, true]),
            ("10.0.0", [false, false, true], [false, false, true]),
            ("1.2", [false, true, false], [true, true, true]),
            ("1.2.0", [false, true, false], [true, true, true]),
            ("1", [false, true, false], [true, true, true]),
            ("1.1", [false, true, false], [false, true, false]),
            ("1.10.0", [false, true, false], [false, false, true]),
        ];
        for (text, current, former) in table {
            let found = |version| [is(text, version), is_at_most(text, version), is_at_least(text, version)];
            assert_eq!((found(CURRENT), found(FORMER)), (current, former), "{text}");
        }
        for text in ["", "2.", "v2", "2.0.0.0", "2.x", "-2", "99999999999"] {
            assert!(!is(text, CURRENT) && !is_at_most(text, CURRENT) && !is_at_least(text, CURRENT), "{text}");
        }
        for (text, expected) in
            [("1", true), ("1.0", true), ("1.1.0", true), ("1.2.2", true), ("1.3", false), ("2.0", false), ("x", false)]
        {
            assert_eq!(is_former(text), expected, "{text}");
        }
    }
}
