//! The operating system user that runs the private Postgres server. Invariant: the server never runs as root.

use super::LocalPostgresError;
use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};
use tokio::process::Command;

/// The users that may run the server for root, in order of preference.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// The variables that the programs of Postgres get from this process: where to find programs and libraries. Every other
/// one could change the server: `PG*`, `LC_*`, `LANG`, `TZ`.
const INHERITED: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];
/// The variables with a fixed value. On macOS the server refuses to start without a locale.
const FIXED: [(&str, &str); 2] = [("LC_ALL", "C"), ("TZ", "UTC")];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
    /// Whether it is not the user of this process.
    is_switched: bool,
}

impl Account {
    /// Returns the user of this process. For root, it is the owner of an existing cluster, or else an unprivileged
    /// user.
    pub(super) fn for_data(data_dir: &Path) -> Result<Self, LocalPostgresError> {
        // A new file shows the effective user, which the standard library does not provide.
        let probe = data_dir.join("postgres.owner");
        let error = LocalPostgresError::file("create", &probe);
        let own = fs::File::create(&probe).and_then(|file| file.metadata()).map_err(error)?;
        fs::remove_file(&probe).map_err(LocalPostgresError::file("remove", &probe))?;
        if own.uid() != 0 {
            return Ok(Self { uid: own.uid(), gid: own.gid(), is_switched: false });
        }
        let existing = fs::metadata(data_dir.join("postgres")).ok().filter(|folder| folder.uid() != 0);
        if let Some(folder) = existing {
            return Ok(Self { uid: folder.uid(), gid: folder.gid(), is_switched: true });
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        UNPRIVILEGED
            .iter()
            .find_map(|name| find_user(&users, name))
            .map(|(uid, gid)| Self { uid, gid, is_switched: true })
            .ok_or(LocalPostgresError::NoAccount)
    }

    /// A command that runs as this user, in a process group of its own, without this process's supplementary groups,
    /// terminal signals and environment.
    pub(super) fn command(&self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::from(bare(program));
        command.current_dir(directory).stdin(std::process::Stdio::null()).process_group(0);
        if self.is_switched {
            // Setting the user as root also drops every supplementary group.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Makes this user the owner of a folder and removes all access for others.
    pub(super) fn own_folder(&self, folder: &Path) -> Result<(), LocalPostgresError> {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .and_then(|()| {
                if self.is_switched {
                    std::os::unix::fs::chown(folder, Some(self.uid), Some(self.gid))?;
                }
                Ok(())
            })
            .map_err(LocalPostgresError::file("set the owner of", folder))
    }

    /// Whether this user owns a folder.
    pub(super) fn owns(&self, folder: &fs::Metadata) -> bool {
        folder.uid() == self.uid
    }

    /// Whether this user can enter a folder through all parent folders, according to their mode bits.
    pub(super) fn can_reach(&self, folder: &Path) -> bool {
        !self.is_switched || folder.ancestors().all(|ancestor| fs::metadata(ancestor).is_ok_and(|m| self.can_enter(&m)))
    }

    fn can_enter(&self, folder: &fs::Metadata) -> bool {
        let bit = match (folder.uid() == self.uid, folder.gid() == self.gid) {
            (true, _) => 0o100,
            (false, true) => 0o010,
            (false, false) => 0o001,
        };
        folder.mode() & bit != 0
    }
}

/// A command with none of this process's environment but [`INHERITED`].
pub(super) fn bare(program: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    command.env_clear().envs(FIXED);
    command.envs(INHERITED.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
}

/// The user and group of a name in the text of `/etc/passwd`; `None` for root under any name.
fn find_user(users: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> = users
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then(|| fields.collect()))?;
    let (uid, gid) = (fields.get(1)?.parse().ok()?, fields.get(2)?.parse().ok()?);
    (uid != 0).then_some((uid, gid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_from_the_password_file() {
        let users =
            "root:x:0:0:root:/root:/bin/sh\npostgres:x:104:112::/var/lib/postgresql:/bin/bash\ntoor:x:0:0::/:\n";
        assert_eq!(find_user(users, "postgres"), Some((104, 112)));
        assert_eq!(find_user(users, "nobody"), None);
        assert_eq!(find_user(users, "toor"), None);
        assert_eq!(find_user("nobody:x", "nobody"), None);
    }

    #[test]
    fn a_folder_below_a_closed_one_is_out_of_reach() {
        let closed = tempfile::tempdir().expect("a folder");
        let below = closed.path().join("below");
        fs::create_dir(&below).expect("a folder");
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).expect("ours");
        let stranger = Account { uid: u32::MAX - 7, gid: u32::MAX - 7, is_switched: true };
        assert!(!stranger.can_reach(&below));
        assert!(stranger.can_reach(Path::new("/")));
        assert!(Account { is_switched: false, ..stranger }.can_reach(&below));
    }
}
