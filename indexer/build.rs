//! Writes the table of migrations that the crate compiles in. Invariant: the binary holds exactly the files of
//! `migrations/`, each named `<version>_<description>.sql`.
//!
//! `sqlx::migrate!` does the same, but its crate compiles the driver a second time for the compiler's side.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../migrations");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut table = String::from("&[\n");
    for file in fs::read_dir(&folder).expect("the migrations are beside this package") {
        let path = file.expect("the folder can be read").path().canonicalize().expect("the file is there");
        let name = path.file_stem().and_then(|name| name.to_str()).expect("names are UTF-8");
        let (version, description) = name.split_once('_').expect("<version>_<description>.sql");
        let version: i64 = version.parse().expect("versions are numbers");
        writeln!(table, "({version}, {description:?}, include_str!({path:?})),").expect("writing to a string");
    }
    table.push(']');
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("migrations.rs");
    fs::write(out, table).expect("the output folder is writable");
}
