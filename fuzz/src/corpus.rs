//! The files of a target. Invariant: reading and writing never fail silently.

use std::{fs, path::PathBuf};

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// All inputs of a target, in the order of their names.
pub(crate) fn read(target: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder(target)) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the corpus can be listed").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("the corpus can be read")).collect()
}

/// Keeps an input that failed and returns its path.
pub(crate) fn keep(target: &str, input: &[u8]) -> PathBuf {
    let folder = folder(target);
    fs::create_dir_all(&folder).expect("the corpus can be written");
    let name = input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let path = folder.join(format!("found-{name:016x}"));
    fs::write(&path, input).expect("the corpus can be written");
    path
}
