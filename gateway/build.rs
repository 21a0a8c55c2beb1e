//! Tells Cargo to embed the console again after a rebuild of the console. Invariant: a build without Node succeeds. A
//! missing console does not repeat the build on every run.

use std::path::Path;

fn main() {
    let console = Path::new("../web/dist");
    // Cargo repeats a build on every run while a watched path is missing, so the folder is created, possibly empty. In
    // a read-only source tree that fails, but nothing can change there either.
    let _ = std::fs::create_dir_all(console);
    println!("cargo:rerun-if-changed={}", console.display());
}
