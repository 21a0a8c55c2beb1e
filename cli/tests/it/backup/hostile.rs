//! Backups that are incomplete, changed, or made by somebody else. Invariant: each is refused with a sentence, and no
//! data directory appears.

use super::{backup, files, restore};
use crate::{folder::Folder, instance::Instance};
use std::{fs, os::unix::fs::symlink, path::Path};

/// Copies a folder with its content.
fn copy(from: &Path, to: &Path) {
    for (path, content) in files(from) {
        let target = to.join(path.strip_prefix(from).expect("below it"));
        fs::create_dir_all(target.parent().expect("a folder")).expect("creates");
        fs::write(target, content).expect("writes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_changed_is_refused_and_leaves_nothing() {
    let folder = Folder::new();
    let instance = Instance::start(&folder.data()).await;
    let (good, full) = (folder.path("good"), folder.path("full"));
    let (data, kek) = (folder.data(), folder.data().join("keys/kek"));
    for refused in [&data, &data.join("inside")] {
        let refused = backup(&data, refused, &[]);
        assert_eq!(refused.code, 1, "not in place of the data, nor inside: {refused:?}");
    }
    let made = backup(&data, &good, &[]);
    assert_eq!(made.code, 0, "{made:?}");
    let again = backup(&data, &good, &[]);
    assert!(again.code == 1 && again.stderr.contains("not empty"), "a backup is never replaced: {again:?}");
    assert_eq!(backup(&data, &full, &["--with-kek"]).code, 0);
    assert!(!data.join("chain/checkpoint").exists(), "the copies in the data directory are removed");
    instance.stop().await;
    let idle = backup(&data, &folder.path("idle"), &["--without-database"]);
    assert!(idle.code == 1 && idle.stderr.contains("no node runs"), "{idle:?}");
    assert!(!folder.path("idle").exists());

    let check = |source: &Path, more: &[&str]| {
        let mut arguments = vec!["restore".as_ref(), source.as_os_str(), "--check".as_ref()];
        arguments.extend(more.iter().map(std::ffi::OsStr::new));
        crate::command::run(arguments)
    };
    let kek_text = kek.to_str().expect("a path").to_owned();
    let with_kek = ["--kek-file", kek_text.as_str()];
    assert_eq!(check(&good, &with_kek).code, 0);
    assert_eq!(check(&full, &[]).code, 0, "it holds its key");
    let sealed = check(&good, &[]);
    assert!(sealed.code == 1 && sealed.stderr.contains("--kek-file"), "{sealed:?}");
    let other = folder.write("other", "00".repeat(32).as_bytes());
    let wrong = check(&good, &["--kek-file", other.to_str().expect("a path")]);
    assert!(wrong.code == 1 && wrong.stderr.contains("does not open"), "{wrong:?}");

    for (path, content) in files(&good) {
        let name = path.strip_prefix(&good).expect("below it");
        let shown = name.display();
        let bad = folder.path("bad");
        // The many files of the stores are all read in the same way.
        let is_like_others = name.starts_with("ledger") && !name.ends_with("CURRENT");
        let damages = ["changed", "missing", "cut", "longer", "linked"];
        for damage in damages.into_iter().take(if is_like_others { 1 } else { 5 }) {
            copy(&good, &bad);
            let target = bad.join(name);
            let mut bytes = content.clone();
            match damage {
                "missing" => fs::remove_file(&target).expect("removes"),
                "changed" if bytes.is_empty() => bytes.push(0),
                "changed" => bytes[content.len() / 2] ^= 1,
                "cut" => drop(bytes.pop()),
                "longer" => bytes.push(b'x'),
                _ => {
                    fs::remove_file(&target).expect("removes");
                    symlink(&path, &target).expect("links");
                }
            }
            if damage != "missing" && damage != "linked" {
                fs::write(&target, &bytes).expect("writes");
            }
            if bytes == content && damage == "cut" {
                fs::remove_dir_all(&bad).expect("removes");
                continue;
            }
            let refused = check(&bad, &with_kek);
            assert_eq!(refused.code, 1, "{shown} is {damage}: {refused:?}");
            fs::remove_dir_all(&bad).expect("removes");
        }
    }
    hostile_folders(&folder, &good, &kek);
}

/// Restores from folders that are built to lead somewhere else.
fn hostile_folders(folder: &Folder, good: &Path, kek: &Path) {
    let target = folder.path("restored");
    let gone = ["--original-is-gone"];
    let kek_copy = folder.path("kek");
    fs::copy(kek, &kek_copy).expect("copies");
    fs::rename(folder.data(), folder.path("away")).expect("moves");
    let linked = folder.path("linked");
    copy(good, &linked);
    fs::remove_dir_all(linked.join("ledger")).expect("removes");
    symlink(good.join("ledger"), linked.join("ledger")).expect("links");
    let whole = folder.path("whole");
    symlink(good, &whole).expect("links");
    for source in [&linked, &whole, &folder.path("nowhere"), &kek_copy] {
        let refused = restore(source, &target, Some(&kek_copy), &gone);
        assert_eq!(refused.code, 1, "{}: {refused:?}", source.display());
        assert!(!target.exists(), "{}", source.display());
    }
    fs::create_dir(&target).expect("creates");
    fs::write(target.join("mine"), b"kept").expect("writes");
    let refused = restore(good, &target, Some(&kek_copy), &gone);
    assert!(refused.code == 1 && refused.stderr.contains("not empty"), "{refused:?}");
    assert_eq!(files(&target).len(), 1, "what was there is untouched");
    let left = fs::read_dir(folder.path(""))
        .expect("a folder")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains(".partial-")));
    assert_eq!(left.count(), 0, "nothing half is left");
}
