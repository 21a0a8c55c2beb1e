//! The table of words: every command and event with its position in the encoding, its name and sample bytes. Other
//! implementations are tested against `words.json`. Invariant: no variant is missing. The specification
//! (docs/evidence.md) lists the same variants.

use crate::{assert_frozen, crossing, domain, epoch, sample};
use borsh::{BorshDeserialize, BorshSerialize};
use chain_types::{Command, Event, codec};
use std::{fmt::Write as _, fs, path::PathBuf};

/// A command or an event of the table.
pub(crate) struct Word<T> {
    variant: &'static str,
    pub(crate) name: &'static str,
    pub(crate) value: T,
}

impl<T: BorshSerialize> Word<T> {
    /// The index of the slice, and of the variant within it.
    fn place(&self) -> (u8, u8) {
        match codec::encode(&self.value)[..] {
            [slice, variant, ..] => (slice, variant),
            _ => panic!("{} has no bytes", self.name),
        }
    }
}

pub(crate) fn commands() -> Vec<Word<Command>> {
    fn of<C>(slice: Vec<(&'static str, C)>, wrap: fn(C) -> Command) -> impl Iterator<Item = (&'static str, Command)> {
        slice.into_iter().map(move |(variant, command)| (variant, wrap(command)))
    }
    let own = of(sample::account_commands(), Command::Account)
        .chain(of(crossing::native_commands(), Command::Native))
        .chain(of(crossing::atomic_commands(), Command::Atomic))
        .chain(of(epoch::beacon_commands(), Command::Beacon));
    words(own.chain(domain::commands()), Command::name)
}

pub(crate) fn events() -> Vec<Word<Event>> {
    fn of<E: Into<Event>>(slice: Vec<(&'static str, E)>) -> impl Iterator<Item = (&'static str, Event)> {
        slice.into_iter().map(|(variant, event)| (variant, event.into()))
    }
    let own = of(sample::account_events())
        .chain(of(crossing::native_events()))
        .chain(of(crossing::atomic_events()))
        .chain(of(epoch::beacon_events()));
    words(own.chain(domain::events()), Event::name)
}

/// In the order of their places.
fn words<T: BorshSerialize>(
    values: impl Iterator<Item = (&'static str, T)>,
    name: fn(&T) -> &'static str,
) -> Vec<Word<T>> {
    let mut words: Vec<_> = values.map(|(variant, value)| Word { variant, name: name(&value), value }).collect();
    words.sort_by_key(Word::place);
    words
}

/// Whether a decoder knows the variant indices at the beginning of some bytes. The bytes after them may be invalid.
fn is_known<T: BorshSerialize + BorshDeserialize>(variants: &[u8]) -> bool {
    let bytes = [variants, &[0; 512]].concat();
    match codec::decode::<T>("a word", &bytes) {
        Ok(_) => true,
        Err(error) => !error.to_string().contains("Unexpected variant tag"),
    }
}

/// Asserts that each pair of variant indices that decodes has one word, in order.
fn assert_complete<T: BorshSerialize + BorshDeserialize>(words: &[Word<T>]) {
    let mut expected = words.iter().map(Word::place);
    for slice in (0..=u8::MAX).take_while(|slice| is_known::<T>(&[*slice, 0])) {
        for variant in (0..=u8::MAX).take_while(|variant| is_known::<T>(&[slice, *variant])) {
            assert_eq!(expected.next(), Some((slice, variant)));
        }
    }
    assert_eq!(expected.next(), None);
}

#[test]
fn every_variant_that_decodes_has_a_word() {
    assert_complete(&commands());
    assert_complete(&events());
}

fn snake_case(variant: &str) -> String {
    let mut text = String::new();
    for letter in variant.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[test]
fn a_name_is_its_slice_and_its_variant() {
    let commands = commands();
    let events = events();
    let words = commands.iter().map(|word| (word.name, word.variant));
    for (name, variant) in words.chain(events.iter().map(|word| (word.name, word.variant))) {
        assert_eq!(name.split_once('.').map(|(_, own)| own), Some(snake_case(variant).as_str()));
    }
}

fn table<T: BorshSerialize>(words: &[Word<T>]) -> String {
    let mut lines = Vec::new();
    for word in words {
        let (slice, index) = word.place();
        let (name, variant, bytes) = (word.name, word.variant, hex::encode(codec::encode(&word.value)));
        let place = format!(r#""slice": {slice}, "index": {index}, "variant": "{variant}""#);
        lines.push(format!(r#"    {{ "name": "{name}", {place}, "bytes": "{bytes}" }}"#));
    }
    lines.join(",\n")
}

#[test]
fn no_word_has_changed() {
    let mut text = String::from("{\n");
    writeln!(text, "  \"commands\": [\n{}\n  ],", table(&commands())).expect("writing to memory cannot fail");
    writeln!(text, "  \"events\": [\n{}\n  ]\n}}", table(&events())).expect("writing to memory cannot fail");
    assert_frozen("words.json", &text);
}

/// The index of a word's slice, its index within the slice, and its name.
type Place = (u8, u8, String);

/// The words of a type in the specification, which has the form `0 slice { 0 word: members | 1 word } | 1 slice { ...
/// }`.
fn specified(kind: &str) -> Vec<Place> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/evidence.md");
    let text = fs::read_to_string(path).expect("the specification exists");
    let begins = |line: &&str| line.strip_prefix("    ").is_some_and(|rest| rest.split(' ').next() == Some(kind));
    let mut lines = text.lines().skip_while(|line| !begins(line));
    let first = lines.next().expect("the specification lists the type");
    let rest = lines.take_while(|line| line.starts_with("     "));
    let body: String = std::iter::once(first).chain(rest).flat_map(|line| [line, " "]).collect();
    let tokens = body.replace('{', " { ").replace('}', " } ").replace([':', ',', '|'], " ");
    let (mut depth, mut slice, mut number, mut words) = (0, (0, ""), None, Vec::new());
    for token in tokens.split_whitespace() {
        match (token, number, depth) {
            ("{", ..) => depth += 1,
            ("}", ..) => depth -= 1,
            (_, Some(at), 0) => slice = (at, token),
            (_, Some(at), 1) => words.push((slice.0, at, format!("{}.{token}", slice.1))),
            _ => {}
        }
        number = token.parse::<u8>().ok();
    }
    words
}

fn places<T: BorshSerialize>(words: &[Word<T>]) -> Vec<Place> {
    let place = |word: &Word<T>| (word.place().0, word.place().1, word.name.to_owned());
    words.iter().map(place).collect()
}

#[test]
fn the_specification_lists_every_command_and_event() {
    assert_eq!(specified("Command"), places(&commands()));
    assert_eq!(specified("Event"), places(&events()));
}
