//! Removes the settings of other Postgres clients from the process. Invariant: after [`clean`] no variable named `PG*`
//! is set but `PG_BIN_DIR`, which is one of Waymark's.
//!
//! A shell's `PGPORT`, `PGSSLMODE` or `PGOPTIONS` describes another database. The driver reads them all the same, and
//! offers no way to prevent that. Safe Rust cannot remove a variable of its own process, so the process starts itself
//! again, under the same process id.

use std::{env, ffi::OsString, io, os::unix::process::CommandExt as _, process::Command};

/// The variable with this prefix that is not libpq's.
const OWN: &str = "PG_BIN_DIR";

/// Replaces the process by itself without those variables, if there are any. Call it before anything else.
///
/// # Errors
/// When the binary cannot be started again.
pub fn clean() -> io::Result<()> {
    let foreign: Vec<OsString> = env::vars_os().map(|(name, _)| name).filter(is_foreign).collect();
    if foreign.is_empty() {
        return Ok(());
    }
    let mut arguments = env::args_os();
    let mut command = Command::new(env::current_exe()?);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    command.args(arguments);
    for name in foreign {
        command.env_remove(name);
    }
    // It only returns when it failed.
    Err(command.exec())
}

fn is_foreign(name: &OsString) -> bool {
    name.as_encoded_bytes().starts_with(b"PG") && name != OWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_of_postgres_are_removed() {
        for (name, expected) in [("PGPORT", true), ("PGOPTIONS", true), ("PG_BIN_DIR", false), ("PATH", false)] {
            assert_eq!(is_foreign(&name.into()), expected, "{name}");
        }
    }
}
