//! Runs a test on a small disk of its own. Invariant: a machine that cannot mount one fails the test, and never passes
//! it.

use std::{
    env,
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

/// Holds the folder of the disk in the process that has it.
const DISK: &str = "WAYMARK_TEST_DISK";

/// The folder of a disk of `mib` MiB; `None` in the outer process, where the test has run by then. `test` is the test's
/// name. The disk is a file system in memory that only a process in its own namespace of mounts sees (unshare(1)), so
/// nothing has to be unmounted.
pub(crate) fn small_disk(test: &str, mib: u32) -> Option<PathBuf> {
    if let Some(folder) = env::var_os(DISK) {
        return Some(folder.into());
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new("unshare");
    command.arg("--mount");
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    let script = "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";
    command.args(["sh", "-c", script, "sh"]).arg(format!("{mib}m")).arg(folder.path());
    command.arg(env::current_exe().expect("this program")).args(["--exact", test, "--nocapture"]);
    command.env(DISK, folder.path()).env("TMPDIR", folder.path());
    let output = command.output().expect("`unshare` of util-linux runs");
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
    None
}

/// Fills the disk of a folder except for `free` bytes. Removing the returned file gives the space back.
pub(crate) fn fill(folder: &Path, free: u64) -> PathBuf {
    let path = folder.join("ballast");
    let mut file = File::create(&path).expect("a file");
    loop {
        let space = rustix::fs::statvfs(folder).expect("a file system");
        let left = (space.f_bavail * space.f_frsize).saturating_sub(free);
        let part = usize::try_from(left.min(1 << 20)).expect("small");
        match file.write_all(&vec![0; part]) {
            Ok(()) if part > 0 => {}
            Ok(()) => return path,
            Err(error) if error.kind() == ErrorKind::StorageFull => return path,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Gives the space of [`fill`] back.
pub(crate) fn empty(ballast: &Path) {
    fs::remove_file(ballast).expect("the ballast");
}
