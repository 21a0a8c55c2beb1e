//! The levels of an identifier, from its finest qualifier up to the primary key. Invariant: the first level is the
//! identifier itself, the last one its key alone, and no level occurs twice.

use super::Identifier;

impl Identifier {
    /// All levels at which facts about an identified object may be recorded: the identifier, then those that leave out
    /// some of its qualifiers, the finest qualifier last kept. For GTIN, lot and serial number these are: all three,
    /// GTIN and serial, GTIN and lot, GTIN.
    ///
    /// A resolver offers the links of each level up to the key (GS1-Conformant Resolver 1.2, section 2.5.9, rule 4). A
    /// key has at most three qualifiers, so there are at most eight levels.
    pub fn levels(&self) -> Vec<Self> {
        let [key, qualifiers @ ..] = &self.elements[..] else { return Vec::new() };
        // A bit for each qualifier, the finest one the highest.
        let sets = (0..1_u32 << qualifiers.len()).rev();
        let level = |set: u32| {
            let kept = qualifiers.iter().enumerate().filter(|(index, _)| (set >> index) & 1 == 1);
            Self { elements: std::iter::once(key).chain(kept.map(|(_, element)| element)).cloned().collect() }
        };
        sets.map(level).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::digital_link::{DigitalLink, Reading};

    #[test]
    fn from_the_serial_number_up_to_the_key() {
        let cases: [(&str, &[&str]); 4] = [
            ("/00/395060001343512341", &["/00/395060001343512341"]),
            ("/414/9506000134352/254/A", &["/414/9506000134352/254/A", "/414/9506000134352"]),
            (
                "/01/09506000134352/10/L/21/S",
                &[
                    "/01/09506000134352/10/L/21/S",
                    "/01/09506000134352/21/S",
                    "/01/09506000134352/10/L",
                    "/01/09506000134352",
                ],
            ),
            (
                "/01/09506000134352/22/V/10/L/21/S",
                &[
                    "/01/09506000134352/22/V/10/L/21/S",
                    "/01/09506000134352/10/L/21/S",
                    "/01/09506000134352/22/V/21/S",
                    "/01/09506000134352/21/S",
                    "/01/09506000134352/22/V/10/L",
                    "/01/09506000134352/10/L",
                    "/01/09506000134352/22/V",
                    "/01/09506000134352",
                ],
            ),
        ];
        for (target, expected) in cases {
            let link = DigitalLink::parse_target(target, Reading::STRICT).expect(target);
            let levels: Vec<String> = link.identifier().levels().iter().map(super::Identifier::path).collect();
            assert_eq!(levels, expected);
        }
    }
}
