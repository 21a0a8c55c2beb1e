//! Tests of the table's structure. `tests/it` compares its content with the published dictionary.

use super::*;

/// Every AI of the table.
fn all() -> Vec<Ai> {
    let of_entry = |entry: &'static Definition| {
        let number = |ai: Ai| ai.as_str().parse::<u16>().expect("digits");
        let width = entry.first.as_str().len();
        (number(entry.first)..=number(entry.last)).map(move |number| Ai::of(&format!("{number:0width$}")))
    };
    definitions().flat_map(of_entry).collect()
}

#[test]
fn entries_are_in_order_and_found() {
    let all = all();
    assert!(all.is_sorted_by(|left, right| left < right));
    for ai in &all {
        let definition = ai.definition().expect("an AI of the table is found");
        assert!(definition.first <= *ai && *ai <= definition.last);
        assert_eq!(Ai::parse(ai.as_str()).as_ref(), Ok(ai));
    }
    let known = (10..10_000_u16).flat_map(|number| [format!("{number}"), format!("0{number}")]);
    let found = known.filter(|text| Ai::parse(text).is_ok()).count();
    assert_eq!(found, all.iter().filter(|ai| !matches!(ai.as_str(), "00" | "01" | "02" | "03")).count());
}

#[test]
fn no_ai_begins_with_another() {
    let all = all();
    for pair in all.windows(2) {
        assert!(!pair[1].as_str().starts_with(pair[0].as_str()), "{pair:?}");
    }
    for ai in all {
        assert_eq!(Ai::at_start_of(&format!("{ai}99999")), Some(ai));
        assert_eq!(Ai::at_start_of(ai.as_str()), Some(ai));
    }
}

#[test]
fn other_texts_are_no_ai() {
    for text in ["", "0", "1", "05", "001", "0100", "10 ", "1a", "١٠", "310", "3106", "31033", "9", "-1"] {
        assert_eq!(Ai::parse(text).map_err(|problem| problem.code), Err(code::UNKNOWN_AI), "{text}");
    }
}
