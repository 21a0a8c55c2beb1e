//! The format mark of a node's data folder: a file with the format number. Invariant: a folder with another mark, or
//! with shards but no mark, is refused. A check changes nothing. Only a folder without shards gets a mark.

use crate::NodeError;
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

/// The format that this build writes. Protocol 1 wrote folders without a mark.
const FORMAT: u16 = 2;
/// The name of the mark's file.
const FILE: &str = "format";
/// The prefix of a shard's folder.
const SHARD: &str = "shard-";

/// Checks that this build can read a node's data folder. An empty or missing folder is accepted.
///
/// # Errors
/// [`NodeError::OlderFormat`] and [`NodeError::NewerFormat`] say what to do instead; [`NodeError::File`] when the
/// folder cannot be read.
pub fn check_format(data_dir: &Path) -> Result<(), NodeError> {
    let failed = |source| NodeError::File { doing: "reading the mark of the data folder", source };
    let text = match fs::read_to_string(data_dir.join(FILE)) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let folder = data_dir.to_owned();
    match text.as_deref().map(|text| text.trim().parse::<u16>()) {
        Some(Ok(FORMAT)) => Ok(()),
        Some(Ok(format)) if format > FORMAT => Err(NodeError::NewerFormat { folder, format, known: FORMAT }),
        Some(_) => Err(NodeError::OlderFormat { folder }),
        None if has_shards(data_dir).map_err(failed)? => Err(NodeError::OlderFormat { folder }),
        None => Ok(()),
    }
}

/// Marks a checked folder that has no mark yet.
pub(crate) fn mark(data_dir: &Path) -> Result<(), NodeError> {
    let path = data_dir.join(FILE);
    if path.exists() {
        return Ok(());
    }
    let write = || -> io::Result<()> {
        // The rename makes the mark appear whole or not at all.
        let next = path.with_extension("next");
        let mut file = File::create(&next)?;
        writeln!(file, "{FORMAT}")?;
        file.sync_all()?;
        fs::rename(&next, &path)?;
        File::open(data_dir)?.sync_all()
    };
    write().map_err(|source| NodeError::File { doing: "marking the data folder", source })
}

fn has_shards(data_dir: &Path) -> io::Result<bool> {
    if !data_dir.is_dir() {
        return Ok(false);
    }
    for entry in fs::read_dir(data_dir)? {
        if entry?.file_name().as_encoded_bytes().starts_with(SHARD.as_bytes()) {
            return Ok(true);
        }
    }
    Ok(false)
}
