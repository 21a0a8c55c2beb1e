//! The names of primary keys and qualifiers in early Digital Links (GS1 Digital Link Standard 1.1, section 4.5, now
//! withdrawn). Invariant: a name is no number, so it cannot be mistaken for an AI.

use crate::ai::Ai;

const NAMES: [(&str, Ai); 22] = [
    ("gtin", Ai::of("01")),
    ("cpv", Ai::of("22")),
    ("lot", Ai::of("10")),
    ("ser", Ai::of("21")),
    ("sscc", Ai::of("00")),
    ("gln", Ai::of("414")),
    ("glnx", Ai::of("254")),
    ("party", Ai::of("417")),
    ("refno", Ai::of("8020")),
    ("gdti", Ai::of("253")),
    ("gcn", Ai::of("255")),
    ("ginc", Ai::of("401")),
    ("gsin", Ai::of("402")),
    ("grai", Ai::of("8003")),
    ("giai", Ai::of("8004")),
    ("itip", Ai::of("8006")),
    ("cpid", Ai::of("8010")),
    ("cpsn", Ai::of("8011")),
    ("gmn", Ai::of("8013")),
    ("gsrnp", Ai::of("8017")),
    ("gsrn", Ai::of("8018")),
    ("srin", Ai::of("8019")),
];

/// The AI of a name.
pub(super) fn find(name: &str) -> Option<Ai> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, ai)| *ai)
}
