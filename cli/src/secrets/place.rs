//! One copy of a secret: a file with mode 0400 in the folder of a service. Invariant: a file is replaced at once and
//! durably; after a crash it has its old or its new content.

use anyhow::{Context as _, bail};
use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, chown},
    path::Path,
    str::FromStr,
};
use zeroize::Zeroizing;

/// The user and group of a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owner {
    pub service: String,
    uid: u32,
    gid: u32,
}

impl FromStr for Owner {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let parts = text.split_once('=').and_then(|(service, ids)| Some((service, ids.split_once(':')?)));
        let Some((service, (uid, gid))) = parts else { bail!("an owner has the form SERVICE=UID:GID") };
        Ok(Self { service: service.to_owned(), uid: uid.parse()?, gid: gid.parse()? })
    }
}

/// The content of a file without its last line break; `None` when it does not exist.
pub(super) fn read(path: &Path) -> anyhow::Result<Option<Zeroizing<String>>> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let text = Zeroizing::new(text);
            Ok(Some(Zeroizing::new(text.trim_end().to_owned())))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// Writes a secret into a folder, which is created if it does not exist. Without `owner`, the owner of the folder stays
/// and gets the file.
pub(super) fn write(folder: &Path, name: &str, secret: &str, owner: Option<&Owner>) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let (path, next) = (folder.join(name), folder.join(format!(".{name}.next")));
        match fs::remove_file(&next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o400).open(&next)?;
        writeln!(file, "{secret}")?;
        file.sync_all()?;
        let held = fs::metadata(folder)?;
        let (uid, gid) = owner.map_or((held.uid(), held.gid()), |owner| (owner.uid, owner.gid));
        chown(&next, Some(uid), Some(gid))?;
        chown(folder, Some(uid), Some(gid))?;
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        fs::rename(&next, &path)?;
        fs::File::open(folder)?.sync_all()
    };
    write().with_context(|| format!("writing {name} into {}", folder.display()))
}
