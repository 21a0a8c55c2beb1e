//! Finds the installed Postgres server binaries. Invariant: all programs come from one folder. An existing cluster gets
//! exactly its own major version; a new cluster gets a version in [`MAJORS`].

use super::{LocalPostgresError, account::bare};
use std::{
    env, fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// The supported major versions.
pub(super) const MAJORS: RangeInclusive<u32> = 15..=18;

/// Folders with one subfolder per version that contains `bin` (Debian, Homebrew on both processors, Red Hat).
const VERSIONED: [&str; 4] = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr"];

/// The server binaries of one version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Installation {
    folder: PathBuf,
    major: u32,
}

impl Installation {
    /// Searches `PG_BIN_DIR`, the folder that `pg_config` reports, and the usual folders. `major` is the version of an
    /// existing cluster, which no other version can read.
    pub(super) fn find(major: Option<u32>) -> Result<Self, LocalPostgresError> {
        let fits = |found: &Self| match major {
            Some(major) => found.major == major,
            None => MAJORS.contains(&found.major),
        };
        let wanted = || match major {
            Some(major) => format!("{major} (which made the existing data directory)"),
            None => format!("{} to {}", MAJORS.start(), MAJORS.end()),
        };
        candidates()
            .iter()
            .filter_map(|folder| Self::read(folder))
            .find(fits)
            .ok_or_else(|| LocalPostgresError::NotInstalled { wanted: wanted() })
    }

    fn read(folder: &Path) -> Option<Self> {
        let complete = ["postgres", "initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file());
        let output = complete.then(|| bare(&folder.join("postgres")).arg("--version").output())?.ok()?;
        let major = parse_version(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { folder: folder.to_owned(), major })
    }

    /// The folder of the binaries and their major version.
    pub(super) fn describe(self) -> (PathBuf, u32) {
        (self.folder, self.major)
    }

    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = env::var_os("PG_BIN_DIR").into_iter().map(PathBuf::from).collect();
    let pg_config = bare(Path::new("pg_config")).arg("--bindir").output();
    if let Ok(output) = pg_config {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    for root in VERSIONED {
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                Some((parse_folder(path.file_name()?.to_str()?)?, path.join("bin")))
            })
            .collect();
        versions.sort_by(|left, right| right.cmp(left));
        folders.extend(versions.into_iter().map(|(_, folder)| folder));
    }
    folders
}

/// The version in a folder's name: `17`, `postgresql@17`, `pgsql-17`.
fn parse_folder(name: &str) -> Option<u32> {
    let version = name.strip_prefix("postgresql@").or_else(|| name.strip_prefix("pgsql-")).unwrap_or(name);
    version.parse().ok()
}

/// The major version in `postgres (PostgreSQL) 15.14 (Debian 15.14-0)`.
fn parse_version(text: &str) -> Option<u32> {
    let version = text.split("(PostgreSQL) ").nth(1)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_server_prints() {
        assert_eq!(parse_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("mysqld 8"), None);
    }

    #[test]
    fn versions_are_read_from_folder_names() {
        for (name, version) in [("16", Some(16)), ("postgresql@17", Some(17)), ("pgsql-18", Some(18)), ("lib", None)] {
            assert_eq!(parse_folder(name), version, "{name}");
        }
    }

    #[test]
    fn a_version_that_nobody_has_is_asked_for_by_name() {
        let error = Installation::find(Some(7)).expect_err("nobody has it").to_string();
        assert!(error.contains("PostgreSQL 7 ") && error.contains("apt-get install postgresql"), "{error}");
    }
}
