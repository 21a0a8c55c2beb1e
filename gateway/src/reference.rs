//! Generates openapi/reference.md: scopes with their roles, and problem codes with their statuses. Invariant: the
//! reference is generated from the tables that the API itself uses.

use crate::{
    auth::{Role, Scope},
    slice,
};
use std::fmt::Write as _;

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Scopes and codes\n\nWritten by `waymark openapi`. Their meaning for a client is in \
         [docs/api.md](../docs/api.md).\n\n## Scopes\n\n",
    );
    let roles = Role::ALL.map(Role::as_str).join(" | ");
    let _ = writeln!(text, "| scope | allows | {roles} |");
    let _ = writeln!(text, "| --- | --- |{}", " --- |".repeat(Role::ALL.len()));
    for scope in Scope::ALL {
        let held = Role::ALL.map(|role| if scope.roles().contains(&role) { "yes" } else { "" }).join(" | ");
        let _ = writeln!(text, "| `{scope}` | {} | {held} |", scope.about());
    }
    text.push_str("\n## Codes\n\n| code | status | meaning |\n| --- | --- | --- |\n");
    let mut codes: Vec<_> = slice::codes().collect();
    codes.sort_by_key(|code| code.name);
    for code in codes {
        let _ = writeln!(text, "| `{}` | {} | {} |", code.name, code.status, code.title);
    }
    text
}
