//! Tests that every price names a field of the schema, and that every field that may read has one.

use super::*;
use crate::slice;

#[test]
fn prices_name_fields_that_exist() {
    let schema = super::super::schema();
    for price in slice::prices() {
        let (of, name) = price.field;
        assert!(schema.shape.field(of, name).is_some(), "{of}.{name} is not in the schema");
    }
}

#[test]
fn every_field_of_the_root_and_every_field_with_arguments_has_a_price() {
    let sdl = super::super::sdl();
    let prices = slice::prices();
    let has_price = |of: &str, name: &str| prices.iter().any(|price| price.field == (of, name));
    let mut checked = 0;
    for definition in parse_schema(&sdl).expect("the definition of the schema is well-formed").definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let of = definition.node.name.node.to_string();
        let TypeKind::Object(object) = definition.node.kind else { continue };
        for field in object.fields {
            let name = field.node.name.node.to_string();
            if [QUERY, SUBSCRIPTION].contains(&&*of) || !field.node.arguments.is_empty() {
                assert!(has_price(&of, &name), "{of}.{name} has no price");
                checked += 1;
            }
        }
    }
    assert!(checked >= 9, "{checked}");
}
