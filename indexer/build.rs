//! Recompiles the crate when a migration is added or changed, because migrations are compiled into it. Invariant: the
//! binary contains exactly the migrations of its sources.

fn main() {
    // Relative to this package, like the path in `migrate.rs`.
    let script = "cargo:rerun-if-changed=../migrations\n";
    std::io::Write::write_all(&mut std::io::stdout(), script.as_bytes()).expect("cargo reads this script's output");
}
