//! The crate's table of application identifiers is written out in the form of the GS1 Barcode Syntax Dictionary, and
//! compared with the published one entry by entry: AIs, flags, components, checks, associations, qualifiers, title.

use standards_gs1::ai::{Alternatives, Component, Definition, Pattern, definitions};

use super::shared_data::text;

/// An entry in words: AIs, flags, components, sorted attributes, title.
type Entry = (String, String, Vec<String>, Vec<String>, String);

fn published() -> Vec<Entry> {
    let dictionary = text("gs1-gs1-syntax-dictionary/gs1-syntax-dictionary.txt");
    let lines = dictionary.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(read_line).collect()
}

fn read_line(line: &str) -> Entry {
    let (line, title) = line.split_once('#').unwrap_or((line, ""));
    let mut words = line.split_whitespace().peekable();
    let ais = words.next().expect("a line begins with an AI").to_owned();
    let flags = words.next_if(|word| word.chars().all(|letter| "*?".contains(letter))).unwrap_or_default().to_owned();
    let is_component = |word: &str| word.trim_start_matches('[').starts_with(['N', 'X', 'Y', 'Z']);
    let (components, mut attributes): (Vec<String>, Vec<String>) =
        words.map(str::to_owned).partition(|word| is_component(word));
    attributes.sort();
    (ais, flags, components, attributes, title.trim().to_owned())
}

fn written(definition: &Definition) -> Entry {
    let Definition { first, last, title, components, is_attribute, .. } = definition;
    let ais = if first == last { first.to_string() } else { format!("{first}-{last}") };
    assert_eq!(first.has_predefined_length(), last.has_predefined_length());
    let mut flags = String::new();
    flags.push_str(if first.has_predefined_length() { "*" } else { "" });
    flags.push_str(if *is_attribute { "?" } else { "" });
    let mut attributes = Vec::new();
    let mut associate = |name: &str, alternatives: Alternatives| {
        let join = |group: Vec<&str>| group.join("+");
        let groups: Vec<String> =
            alternatives.groups().map(|group| join(group.map(Pattern::as_str).collect())).collect();
        if !groups.is_empty() {
            attributes.push(format!("{name}={}", groups.join(",")));
        }
    };
    associate("req", definition.required());
    associate("ex", definition.excluded());
    if definition.is_key() {
        let sequences: Vec<String> = definition
            .qualifier_sequences()
            .map(|sequence| sequence.map(|ai| ai.to_string()).collect::<Vec<_>>().join(","))
            .collect();
        attributes.push(if sequences.is_empty() { "dlpkey".into() } else { format!("dlpkey={}", sequences.join("|")) });
    }
    attributes.sort();
    (ais, flags, components.iter().map(written_component).collect(), attributes, (*title).to_owned())
}

fn written_component(component: &Component) -> String {
    let letter = component.characters.letter();
    let length = if component.length_min == component.length_max {
        component.length_max.to_string()
    } else {
        assert_eq!(component.length_min, 1);
        format!("..{}", component.length_max)
    };
    let mut word = format!("{letter}{length}");
    if component.is_optional {
        word = format!("[{word}]");
    }
    for check in component.checks {
        word.push(',');
        word.push_str(check.name());
    }
    word
}

#[test]
fn entry_by_entry() {
    let published = published();
    assert!(published.len() >= 220, "{} entries", published.len());
    let written: Vec<Entry> = definitions().map(written).collect();
    for (published, written) in published.iter().zip(&written) {
        assert_eq!(published, written);
    }
    assert_eq!(published.len(), written.len());
}
