//! Secrets that are given as files. Invariant: a file that others than its owner can read is refused, so a secret is
//! never open to every user of a machine.

use anyhow::{Context as _, ensure};
use std::{fs, io::Read as _, os::unix::fs::PermissionsExt as _, path::Path};
use zeroize::Zeroizing;

/// The maximum size of a file with one secret, in bytes.
pub const SECRET_BYTES_MAX: u64 = 4_096;

/// Reads the secret in a file, without surrounding white space.
///
/// # Errors
/// When the file cannot be read, is open to others, is empty or too large.
pub fn read(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let shown = path.display();
    let file = fs::File::open(path).with_context(|| format!("opening {shown}"))?;
    let mode = file.metadata().with_context(|| format!("examining {shown}"))?.permissions().mode();
    ensure!(mode & 0o077 == 0, "{shown} can be read by others (mode {:04o}); run `chmod 400` on it", mode & 0o777);
    let mut text = Zeroizing::new(String::new());
    let bytes =
        file.take(SECRET_BYTES_MAX + 1).read_to_string(&mut text).with_context(|| format!("reading {shown}"))?;
    ensure!(bytes as u64 <= SECRET_BYTES_MAX, "{shown} is longer than {SECRET_BYTES_MAX} bytes");
    let secret = text.trim();
    ensure!(!secret.is_empty(), "{shown} is empty");
    Ok(Zeroizing::new(secret.to_owned()))
}

/// The secret of a flag, or else that of a file; `None` without both.
///
/// # Errors
/// As [`read`], or when both are given.
pub fn choose(given: Option<String>, file: Option<&Path>, flag: &str) -> anyhow::Result<Option<String>> {
    match (given, file) {
        (Some(_), Some(_)) => anyhow::bail!("give either {flag} or {flag}-file"),
        (Some(secret), None) => Ok(Some(secret)),
        (None, Some(file)) => Ok(Some(String::clone(&*read(file)?))),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_a_file_of_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        let put = |text: &str, mode| {
            fs::write(&path, text).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("ours");
            read(&path).map(|secret| secret.to_string()).map_err(|error| error.to_string())
        };
        assert_eq!(put("hunter2\n", 0o400), Ok("hunter2".to_owned()));
        let longest = usize::try_from(SECRET_BYTES_MAX).expect("few");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("ours");
        assert_eq!(put(&"s".repeat(longest), 0o600).map(|secret| secret.len()), Ok(longest));
        for (text, mode, reason) in [
            ("hunter2", 0o444, "chmod 400"),
            ("hunter2", 0o640, "chmod 400"),
            (" \n", 0o600, "is empty"),
            (&*"s".repeat(longest + 1), 0o600, "is longer than"),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("ours");
            let error = put(text, mode).expect_err(reason);
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_secret_is_given_once() {
        let error = choose(Some("a".to_owned()), Some(Path::new("b")), "--follow-token").expect_err("twice");
        assert!(error.to_string().contains("either --follow-token or --follow-token-file"), "{error}");
        assert_eq!(choose(None, None, "--x").expect("nothing"), None);
    }
}
