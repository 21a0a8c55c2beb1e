//! A new folder that is filled beside its final place and then renamed. Invariant: the final folder appears whole, by
//! one rename, or not at all. An existing folder with content is never changed.

use anyhow::{Context as _, bail, ensure};
use std::{
    fs::{self, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

/// A folder that is being filled. Dropping it removes it.
pub struct Staging {
    path: PathBuf,
    target: PathBuf,
    is_committed: bool,
}

impl Staging {
    /// Creates a folder beside `target`, which must not exist or be empty. `mode` are its permissions.
    pub fn beside(target: &Path, mode: u32) -> anyhow::Result<Self> {
        check_vacant(target)?;
        let name = target.file_name().and_then(|name| name.to_str());
        let name = name.with_context(|| format!("{} does not end with a folder's name", target.display()))?;
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let parent = fs::canonicalize(parent).with_context(|| format!("opening {}", parent.display()))?;
        let path = parent.join(format!(".{name}.partial-{}", hex::encode(rand::random::<[u8; 4]>())));
        let created = fs::DirBuilder::new().mode(mode).create(&path);
        created.with_context(|| format!("creating {}", path.display()))?;
        Ok(Self { path, target: parent.join(name), is_committed: false })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The absolute path of the final folder.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Makes the content durable and renames the folder. Returns the final path.
    pub fn commit(mut self) -> anyhow::Result<PathBuf> {
        sync_folders(&self.path).with_context(|| format!("writing {}", self.path.display()))?;
        check_vacant(&self.target)?;
        let rename = || -> io::Result<()> {
            fs::rename(&self.path, &self.target)?;
            self.target.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
        };
        rename().with_context(|| format!("moving the folder to {}", self.target.display()))?;
        self.is_committed = true;
        Ok(self.target.clone())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_committed {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Refuses a path where something is already.
fn check_vacant(target: &Path) -> anyhow::Result<()> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("examining {}", target.display())),
        Ok(metadata) if metadata.is_dir() => {
            let is_empty =
                fs::read_dir(target).with_context(|| format!("reading {}", target.display()))?.next().is_none();
            ensure!(is_empty, "{} exists and is not empty; name a new folder", target.display());
            Ok(())
        }
        Ok(_) => bail!("{} exists; name a new folder", target.display()),
    }
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if fs::symlink_metadata(&path)?.is_dir() {
            sync_folders(&path)?;
        }
    }
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let parent = tempfile::tempdir().expect("a folder");
        let target = parent.path().join("target");
        let staging = Staging::beside(&target, 0o700).expect("a new folder");
        fs::write(staging.path().join("file"), b"half").expect("writes");
        drop(staging);
        assert_eq!(fs::read_dir(parent.path()).expect("a folder").count(), 0, "nothing is left of a failure");
        let staging = Staging::beside(&target, 0o700).expect("a new folder");
        fs::write(staging.path().join("file"), b"whole").expect("writes");
        let path = staging.commit().expect("renames");
        assert_eq!(fs::read(path.join("file")).expect("it is there"), b"whole");
        Staging::beside(&target, 0o700).err().expect("a folder with content is kept");
        assert_eq!(fs::read_dir(parent.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn nothing_that_exists_is_replaced() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = |name: &str| parent.path().join(name);
        fs::write(path("file"), b"").expect("writes");
        fs::create_dir(path("empty")).expect("creates");
        symlink(path("empty"), path("link")).expect("links");
        Staging::beside(&path("file"), 0o700).err().expect("a file");
        Staging::beside(&path("link"), 0o700).err().expect("a symbolic link");
        Staging::beside(&path(".."), 0o700).err().expect("no name");
        let staging = Staging::beside(&path("empty"), 0o700).expect("an empty folder is taken");
        fs::write(path("empty").join("late"), b"").expect("writes");
        staging.commit().expect_err("somebody else has filled it since");
        assert!(path("empty").join("late").exists());
    }
}
