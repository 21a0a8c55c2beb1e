//! The text of the file of key-encryption keys: 64 hexadecimal digits a line. Invariant: the first key seals, all open.

use anyhow::ensure;
use zeroize::Zeroizing;

/// The number of hexadecimal digits of a key.
const DIGITS: usize = 64;

/// Checks that a text holds keys and nothing else.
pub(super) fn check(keys: &str) -> anyhow::Result<()> {
    let is_key = |line: &str| line.len() == DIGITS && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    ensure!(lines(keys).next().is_some() && lines(keys).all(is_key), "each line holds {DIGITS} hexadecimal digits");
    Ok(())
}

/// The keys after a new one.
pub(super) fn with_new_first(keys: &str) -> Zeroizing<String> {
    let new = Zeroizing::new(hex::encode(rand::random::<[u8; DIGITS / 2]>()));
    join(std::iter::once(&**new).chain(lines(keys)))
}

/// The first key.
pub(super) fn only_first(keys: &str) -> Zeroizing<String> {
    join(lines(keys).take(1))
}

fn lines(keys: &str) -> impl Iterator<Item = &str> {
    keys.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn join<'k>(keys: impl Iterator<Item = &'k str>) -> Zeroizing<String> {
    Zeroizing::new(keys.collect::<Vec<_>>().join("\n"))
}
