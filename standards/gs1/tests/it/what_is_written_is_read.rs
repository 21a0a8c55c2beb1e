//! Element strings and links survive writing and reading, for any valid elements.

use proptest::{prelude::*, sample::select};
use standards_gs1::{
    ai::{Ai, Definition, definitions},
    digital_link::{DigitalLink, Identifier, Reading, Root},
    element::Element,
    element_string::{Notation, parse, write},
};

use super::any_element::{element, of_definition};

fn definition(ai: Ai) -> &'static Definition {
    ai.definition().expect("an AI of the dictionary")
}

/// A primary key with some qualifiers of one of its sequences.
fn identifier() -> impl Strategy<Value = Identifier> {
    let keys: Vec<&'static Definition> = definitions().filter(|definition| definition.is_key()).collect();
    let sequences = |key: &'static Definition| {
        let mut sequences: Vec<Vec<Ai>> = key.qualifier_sequences().map(Iterator::collect).collect();
        sequences.push(Vec::new());
        sequences
    };
    let with_sequence = select(keys).prop_flat_map(move |key| (Just(key), select(sequences(key))));
    with_sequence.prop_flat_map(|(key, sequence)| {
        let qualifiers: Vec<_> =
            sequence.into_iter().map(|ai| proptest::option::of(of_definition(definition(ai)))).collect();
        (of_definition(key), qualifiers).prop_map(|(key, qualifiers)| {
            let elements = std::iter::once(key).chain(qualifiers.into_iter().flatten()).collect();
            Identifier::new(elements).expect("qualifiers in their order")
        })
    })
}

/// An identifier and elements in any order that may be its attributes.
fn link() -> impl Strategy<Value = DigitalLink> {
    (identifier(), proptest::collection::vec(element(), 0..6)).prop_filter_map("not a link", |(identifier, others)| {
        let mut elements = identifier.elements().to_vec();
        for other in others {
            if elements.iter().all(|element| element.ai() != other.ai()) {
                elements.push(other);
            }
        }
        DigitalLink::from_elements(&elements).ok()
    })
}

fn elements_of(link: &DigitalLink) -> Vec<Element> {
    link.elements().cloned().collect()
}

proptest! {
    #[test]
    fn element_strings(elements in proptest::collection::vec(element(), 1..12)) {
        for notation in [Notation::Bracketed, Notation::Scanned, Notation::Caret] {
            let text = write(&elements, notation);
            prop_assert_eq!(parse(&text, notation), Ok(elements.clone()), "{}", text);
        }
        let scanned = format!("]d2{}", write(&elements, Notation::Scanned));
        prop_assert_eq!(parse(&scanned, Notation::Scanned), Ok(elements));
    }

    #[test]
    fn links_at_any_root(link in link(), stem in "(/[a-z0-9.~-]{0,6}){0,3}", pair in "[a-z]{1,5}(=[a-z%20+]{0,0})?") {
        let root = Root::parse(&format!("https://example.com{stem}")).expect("a root");
        let written = link.at(&root);
        let read = DigitalLink::parse(&written, Reading::STRICT).expect(&written);
        prop_assert_eq!(elements_of(&read), elements_of(&link));
        prop_assert_eq!(format!("{}{}", read.origin(), read.stem()), root.as_str());
        let separator = if read.query().is_some() { '&' } else { '?' };
        let with_pair = DigitalLink::parse(&format!("{written}{separator}{pair}"), Reading::STRICT).expect(&written);
        prop_assert_eq!(with_pair.other_pairs().collect::<Vec<_>>(), [pair.as_str()]);
        let moved = DigitalLink::parse(&with_pair.at(&root), Reading::RESOLVER).expect("a written link");
        prop_assert_eq!(moved.other_pairs().collect::<Vec<_>>(), [pair.as_str()]);
        prop_assert_eq!(moved.canonical(), link.canonical());
    }

    #[test]
    fn the_canonical_form_is_a_fixed_point(link in link()) {
        let canonical = link.canonical();
        let read = DigitalLink::parse(&canonical, Reading::STRICT).expect(&canonical);
        prop_assert_eq!(read.canonical(), canonical.as_str());
        prop_assert!(read.attributes().is_sorted_by_key(Element::ai));
        let levels = read.identifier().levels();
        prop_assert_eq!(levels.first(), Some(read.identifier()));
        prop_assert_eq!(levels.last().map(Identifier::elements), Some(&read.identifier().elements()[..1]));
        for (index, level) in levels.iter().enumerate() {
            prop_assert!(!levels[..index].contains(level));
            prop_assert_eq!(Identifier::new(level.elements().to_vec()), Ok(level.clone()));
        }
    }

    #[test]
    fn a_barcode_gives_the_same_link(link in link()) {
        let scanned = parse(&write(link.elements(), Notation::Scanned), Notation::Scanned).expect("an element string");
        let again = DigitalLink::from_elements(&scanned).expect("the elements of a link");
        prop_assert_eq!(again.canonical(), link.canonical());
    }

    #[test]
    fn no_text_makes_a_reader_panic(
        text in "(https://a|/|\\(|\\^|\u{1d}|]C1)?(01|/10/|8006|\\(21\\)|\\?|&|;|=|%2|%00|%c3%28|\\+|\\\\\\(|[0-9]{6,14}|é|.){0,20}"
    ) {
        for reading in [Reading::STRICT, Reading { unknown_attributes: true, ..Reading::RESOLVER }] {
            for found in [DigitalLink::parse(&text, reading), DigitalLink::parse_target(&text, reading)] {
                match found {
                    Ok(link) => {
                        let canonical = link.canonical();
                        let again = DigitalLink::parse(&canonical, reading).expect("a canonical link is a link");
                        prop_assert_eq!(again.canonical(), canonical);
                    }
                    Err(problem) => prop_assert!(problem.at <= text.len(), "{problem}"),
                }
            }
        }
        for notation in [Notation::Bracketed, Notation::Scanned, Notation::Caret] {
            match parse(&text, notation) {
                Ok(elements) => prop_assert_eq!(parse(&write(&elements, notation), notation), Ok(elements)),
                Err(problem) => prop_assert!(problem.at <= text.len(), "{problem}"),
            }
        }
    }
}
