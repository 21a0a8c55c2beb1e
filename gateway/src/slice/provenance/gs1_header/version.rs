//! Versions of EPCIS and CBV in headers, `major[.minor[.patch]]`. Invariant: parts that a version leaves out are not
//! compared.

use std::cmp::Ordering;

/// The version of EPCIS and of CBV.
const OURS: [u32; 3] = [2, 0, 0];

/// Whether a request for this version is one for ours. A patch changes the texts of the standard only.
pub(super) fn is_ours(version: &str) -> bool {
    parse(version).is_some_and(|parts| compare(&parts[..parts.len().min(2)]) == Ordering::Equal)
}

/// Whether our version is not below the lowest one that a request accepts.
pub(super) fn is_at_most_ours(version: &str) -> bool {
    parse(version).is_some_and(|parts| compare(&parts) != Ordering::Greater)
}

/// Whether our version is not above the highest one that a request accepts.
pub(super) fn is_at_least_ours(version: &str) -> bool {
    parse(version).is_some_and(|parts| compare(&parts) != Ordering::Less)
}

fn parse(version: &str) -> Option<Vec<u32>> {
    let parts: Option<Vec<u32>> = version.split('.').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| parts.len() <= OURS.len())
}

fn compare(parts: &[u32]) -> Ordering {
    parts
        .iter()
        .zip(&OURS)
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
            ("2", true, true, true),
            ("2.0", true, true, true),
            ("2.0.0", true, true, true),
            ("2.0.1", true, false, true),
            ("2.1", false, false, true),
            ("2.1.0", false, false, true),
            ("10.0.0", false, false, true),
            ("1.2", false, true, false),
            ("1.10.0", false, true, false),
        ];
        for (version, ours, at_most, at_least) in table {
            let found = (is_ours(version), is_at_most_ours(version), is_at_least_ours(version));
            assert_eq!(found, (ours, at_most, at_least), "{version}");
        }
        for text in ["", "2.", "v2", "2.0.0.0", "2.x", "-2", "99999999999"] {
            assert!(!is_ours(text) && !is_at_most_ours(text) && !is_at_least_ours(text), "{text}");
        }
    }
}
