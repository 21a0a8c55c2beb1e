//! Changes inputs at random. Invariant: an input is never longer than [`BYTES_MAX`].

use rand::{RngExt as _, rngs::StdRng};

/// The maximum length of an input, in bytes.
pub(crate) const BYTES_MAX: usize = 64 * 1024;

/// Words that matter to many decoders: ends of ranges, odd characters, brackets.
const WORDS: [&str; 40] = [
    "0",
    "-1",
    "-0",
    "1e400",
    "1e-400",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "0.1",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "é",
    "😀",
    "%",
    "%00",
    "%2F",
    "%ff",
    "|",
    "*",
    ":",
    "/",
    "#",
    "\n",
    "\r",
];

/// A changed copy of one of the inputs.
pub(crate) fn mutate(pool: &[Vec<u8>], words: &[&str], random: &mut StdRng) -> Vec<u8> {
    let mut input = pool[random.random_range(0..pool.len())].clone();
    for _ in 0..random.random_range(1..6) {
        step(&mut input, pool, words, random);
        input.truncate(BYTES_MAX);
    }
    input
}

fn step(input: &mut Vec<u8>, pool: &[Vec<u8>], words: &[&str], random: &mut StdRng) {
    let (begin, end) = range(input.len(), random);
    let last = input.len().saturating_sub(1);
    match random.random_range(0..11) {
        0 if !input.is_empty() => input[begin.min(last)] ^= 1 << random.random_range(0..8),
        1 if !input.is_empty() => input[begin.min(last)] = random.random(),
        2 => insert(input, begin, word(words, random).as_bytes()),
        3 => drop(input.splice(begin..end, word(words, random).bytes())),
        4 => drop(input.drain(begin..end)),
        5 => {
            let copy = input[begin..end].to_vec();
            let at = random.random_range(0..=input.len());
            insert(input, at, &copy);
        }
        6 => {
            // Many copies of a short piece show nesting and quadratic time.
            let piece = input[begin..end.min(begin + 24)].to_vec();
            let times = 1 << random.random_range(0..13);
            insert(input, begin, &piece.repeat(times.min(BYTES_MAX / piece.len().max(1))));
        }
        7 => {
            let times = 1 << random.random_range(0..13);
            insert(input, begin, word(words, random).repeat(times).as_bytes());
        }
        8 => {
            let other = &pool[random.random_range(0..pool.len())];
            let (from, to) = range(other.len(), random);
            drop(input.splice(begin..end, other[from..to].iter().copied()));
        }
        9 => input.truncate(end),
        _ => replace_word(input, words, random),
    }
}

/// Replaces one occurrence of a word by another.
fn replace_word(input: &mut Vec<u8>, words: &[&str], random: &mut StdRng) {
    let (old, new) = (word(words, random).as_bytes(), word(words, random).as_bytes());
    if let Some(at) = input.windows(old.len().max(1)).position(|window| window == old) {
        drop(input.splice(at..at + old.len(), new.iter().copied()));
    }
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    drop(input.splice(at..at, bytes.iter().copied()));
}

fn word<'w>(words: &[&'w str], random: &mut StdRng) -> &'w str {
    let own = random.random_range(0..words.len() + WORDS.len());
    words.get(own).copied().unwrap_or_else(|| WORDS[own - words.len()])
}

/// A range within `len`; most ranges are short.
fn range(len: usize, random: &mut StdRng) -> (usize, usize) {
    let begin = random.random_range(0..=len);
    let longest = if random.random_bool(0.8) { 16 } else { len };
    (begin, (begin + random.random_range(0..=longest)).min(len))
}
