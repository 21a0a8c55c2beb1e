//! Bundles whose documents hold numbers that a double cannot represent, and values in a non-canonical spelling.

use super::{
    Vector,
    tampered::{changed, tampered},
    whole::{event, verified},
};
use crate::world::World;
use chain_proof::bundle::{BodyPart, FieldPart};

const QUANTITY: &str = "/quantityList/0/quantity";
/// A serial number that a double rounds to `395212340000000000`.
const PALLET: &str = "395212340000000017";

pub(super) fn vectors() -> Vec<Vector> {
    let proved = |name, value: &str| verified(name, &event(&committed(value)));
    // The author committed to these values, so only the rule that a value has one text can reject them.
    let refused = |name, value: &str| tampered(name, "fields", &event(&committed(value)));
    let nines = |count| "9".repeat(count);
    vec![
        proved("number_of_eighteen_digits", PALLET),
        proved("number_of_a_thousand_digits", &format!("-9.{}e+9999", nines(999))),
        proved("number_beyond_a_double", "1e+400"),
        proved("number_nearest_to_zero", "1e-10000"),
        changed("number_rounded", "fields", event(&committed(PALLET)), |bundle| {
            let body = &mut bundle.record.as_mut().expect("the bundle has a record").body;
            let BodyPart::Sealed { fields: Some(fields), .. } = body else { panic!("the body is sealed") };
            for part in fields {
                if let FieldPart::Disclosed(field) = part
                    && field.pointer == QUANTITY
                {
                    "395212340000000000".clone_into(&mut field.value);
                }
            }
        }),
        refused("number_committed_with_a_needless_zero", "200.50"),
        refused("number_committed_with_a_needless_exponent", "2005e-1"),
        refused("number_committed_written_out", &format!("1{}", "0".repeat(21))),
        refused("number_committed_as_minus_zero", "-0"),
        refused("number_committed_with_too_many_digits", &format!("9.{}e+1000", nines(1_000))),
        refused("number_committed_with_too_large_an_exponent", "1e+10001"),
        refused("number_committed_with_too_small_an_exponent", "1e-10001"),
        refused("text_committed_with_a_needless_escape", r#""\u0041DD""#),
        refused("text_committed_with_a_capital_escape", r#""\u001F""#),
        refused("value_committed_with_space", " 200.5"),
        refused("value_committed_as_a_container", r#"{"quantity":200.5}"#),
    ]
}

/// A chain whose events have this quantity.
fn committed(value: &str) -> World {
    World::with_fields(&[1], &|_, fields| {
        for field in fields.iter_mut().filter(|field| field.pointer == QUANTITY) {
            value.clone_into(&mut field.value);
        }
    })
}
