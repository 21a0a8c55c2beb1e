//! Writes the table of migrations that the crate compiles in. Invariant: the table contains exactly the files of
//! `migrations/`, each named `<version>_<description>.sql`.
//!
//! `sqlx::migrate!` does the same, but its crate compiles the driver a second time for the compiler's side.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../migrations");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut table = String::from("&[\n");
    for file in fs::read_dir(&folder).expect("the migrations are beside this package") {
        let path = file.expect("the folder can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("names are UTF-8");
        let path = path.canonicalize().expect("the file exists");
        let path = path.to_str().expect("the path is UTF-8");
        writeln!(table, "({name:?}, include_str!({path:?})),").expect("writing to a string");
    }
    table.push(']');
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("migrations.rs");
    fs::write(out, table).expect("the output folder is writable");
}
