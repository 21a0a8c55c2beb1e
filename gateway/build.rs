//! Tells Cargo to embed the console again when it was rebuilt. Invariant: a build without Node succeeds, and a missing
//! console does not cause repeated builds.

use std::path::Path;

fn main() {
    let console = Path::new("../web/dist");
    // Cargo repeats a build on every run while a watched path is missing, so the folder is created, possibly empty. In
    // a read-only source tree that fails, but nothing can change there either.
    let _ = std::fs::create_dir_all(console);
    println!("cargo:rerun-if-changed={}", console.display());
}
