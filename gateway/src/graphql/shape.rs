//! The types of the schema, as far as the cost and the nulls of an answer depend on them. Invariant: made once, from
//! the schema's own definition, so it cannot differ from what runs.

use super::{
    limit::LIST_ITEMS_ASSUMED,
    price::{FieldPrice, Items},
};
use async_graphql::parser::{
    parse_schema,
    types::{BaseType, OperationType, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
};
use std::collections::{HashMap, HashSet};

/// The type of the query root.
const QUERY: &str = "Query";
/// The type of the subscription root.
const SUBSCRIPTION: &str = "Subscription";
/// The scalars that a schema has without defining them (GraphQL, section 3.5).
const SCALARS: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// The types of a schema with the prices of their fields.
#[derive(Debug, Default)]
pub(super) struct Shape {
    fields: HashMap<String, HashMap<String, FieldShape>>,
    inputs: HashSet<String>,
    counts: Counts,
}

/// One field of an object type.
#[derive(Debug)]
pub(super) struct FieldShape {
    /// The type with its lists and its non-null marks.
    pub(super) ty: Type,
    /// What the field costs.
    pub(super) price: FieldPrice,
}

/// The mean sizes of the lists of an introspection, rounded up.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    types: u64,
    fields: u64,
    args: u64,
    input_fields: u64,
    enum_values: u64,
}

impl Shape {
    /// Reads the types from the schema definition language.
    pub(super) fn new(sdl: &str, prices: &[FieldPrice]) -> Self {
        let mut shape = Self { inputs: SCALARS.iter().map(|&name| name.to_owned()).collect(), ..Self::default() };
        // The text comes from the schema itself; a test parses it.
        let definitions = parse_schema(sdl).map(|document| document.definitions).unwrap_or_default();
        for definition in definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                shape.add(definition.node, prices);
            }
        }
        let types = shape.counts.types.max(1);
        let fields = shape.fields.values().map(HashMap::len).sum::<usize>() as u64;
        shape.counts.fields = fields.div_ceil(types);
        shape.counts.args = shape.counts.args.div_ceil(fields.max(1));
        shape.counts.input_fields = shape.counts.input_fields.div_ceil(types);
        shape.counts.enum_values = shape.counts.enum_values.div_ceil(types);
        shape
    }

    fn add(&mut self, definition: TypeDefinition, prices: &[FieldPrice]) {
        let name = definition.name.node.to_string();
        self.counts.types += 1;
        match definition.kind {
            TypeKind::Object(object) => {
                let mut fields = HashMap::with_capacity(object.fields.len());
                for field in object.fields {
                    let (field_name, ty) = (field.node.name.node.to_string(), field.node.ty.node);
                    self.counts.args += field.node.arguments.len() as u64;
                    let price = prices.iter().find(|price| price.field == (&*name, &*field_name));
                    let price = price.copied().unwrap_or_else(|| assumed(&ty));
                    fields.insert(field_name, FieldShape { ty, price });
                }
                self.fields.insert(name, fields);
            }
            TypeKind::InputObject(input) => {
                self.counts.input_fields += input.fields.len() as u64;
                self.inputs.insert(name);
            }
            TypeKind::Enum(kind) => {
                self.counts.enum_values += kind.values.len() as u64;
                self.inputs.insert(name);
            }
            TypeKind::Scalar => {
                self.inputs.insert(name);
            }
            TypeKind::Interface(_) | TypeKind::Union(_) => {}
        }
    }

    /// The field of an object type.
    pub(super) fn field(&self, of: &str, name: &str) -> Option<&FieldShape> {
        self.fields.get(of)?.get(name)
    }

    /// Whether a variable may have this type.
    pub(super) fn is_input(&self, name: &str) -> bool {
        self.inputs.contains(name)
    }

    /// The number of items of a list of the introspection types (GraphQL, section 4.2); 1 for a field without a list.
    pub(super) fn introspected(&self, field: &str) -> u64 {
        let Counts { types, fields, args, input_fields, enum_values } = self.counts;
        match field {
            "types" => types,
            "fields" => fields,
            "args" => args,
            "inputFields" => input_fields,
            "enumValues" => enum_values,
            "directives" => SCALARS.len() as u64,
            _ => 1,
        }
    }

    /// The names of all fields of a type.
    #[cfg(test)]
    pub(super) fn names(&self, of: &str) -> impl Iterator<Item = &str> {
        self.fields.get(of).into_iter().flat_map(HashMap::keys).map(String::as_str)
    }
}

/// The price of a field that has none of its own.
fn assumed(ty: &Type) -> FieldPrice {
    let items = if matches!(ty.base, BaseType::List(_)) { Items::AtMost(LIST_ITEMS_ASSUMED) } else { Items::One };
    FieldPrice { field: ("", ""), reads: 0, own: 1, items }
}

/// The type that an operation begins at. There are no mutations: one is refused later.
pub(super) fn root(operation: OperationType) -> &'static str {
    match operation {
        OperationType::Subscription => SUBSCRIPTION,
        OperationType::Query | OperationType::Mutation => QUERY,
    }
}

/// The name of a type without its lists.
pub(super) fn named(ty: &Type) -> &str {
    let mut ty = ty;
    loop {
        match &ty.base {
            BaseType::Named(name) => return name,
            BaseType::List(item) => ty = item,
        }
    }
}

#[cfg(test)]
mod tests;
