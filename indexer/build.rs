//! Rebuilds the crate when a migration is added or changed, since they are compiled into it. Invariant: the binary
//! holds exactly the migrations of its sources.

fn main() {
    // The path is relative to this package, as is the one in `migrate.rs`.
    let script = "cargo:rerun-if-changed=../migrations\n";
    std::io::Write::write_all(&mut std::io::stdout(), script.as_bytes()).expect("cargo reads this script's output");
}
