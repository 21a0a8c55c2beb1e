//! Tells Cargo to embed the console again when it was built again. Invariant: a build without Node works, and is not
//! repeated for lack of a console.

use std::path::Path;

fn main() {
    let console = Path::new("../web/dist");
    // Cargo repeats a build whose watched path is absent every single time, so the folder exists, empty if need be. In
    // a read-only source tree it cannot be made, and nothing will change there either.
    let _ = std::fs::create_dir_all(console);
    println!("cargo:rerun-if-changed={}", console.display());
}
