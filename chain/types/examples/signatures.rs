//! Prints the verdict on each row of a file of signatures: checked alone, in a batch, and by a second implementation.
//! Invariant: the example only reads the file and prints. Rows whose message no member signs have `- -` in place of the
//! ledger's verdicts. `npm --prefix web run signatures` prints the output next to the browser's verdicts.
#![expect(clippy::print_stdout, reason = "the example prints a table")]

#[path = "../tests/signature/row.rs"]
mod row;
#[path = "../tests/signature/rule.rs"]
mod rule;

use chain_types::signature::{verify, verify_fixed_batch};
use row::{NAMESPACE, Row};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: signatures FILE")?;
    let rows: Vec<Row> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    for row in rows {
        let (key, message, signature) = row.raw();
        let ledger = row
            .claim()
            .map(|claim| [verify(NAMESPACE, &claim), verify_fixed_batch(NAMESPACE, &[claim, claim])].map(u8::from));
        let ledger = ledger.map_or("- -".to_owned(), |[alone, batch]| format!("{alone} {batch}"));
        println!("{ledger} {} {}", u8::from(rule::accepts(&key, &message, &signature)), row.name);
    }
    Ok(())
}
