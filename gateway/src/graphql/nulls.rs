//! Completes the nulls of an answer after errors (GraphQL, section 6.4.4). Invariant: the value at the path of an error
//! is null, or the nearest value around it that may be null. async-graphql leaves the failed field out of its object.

use super::{
    prepare,
    shape::{FieldShape, Shape, named, root},
};
use async_graphql::{
    Name, PathSegment, Positioned, Response,
    parser::types::{BaseType, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type},
};
use async_graphql_value::{ConstValue, indexmap::IndexMap};

/// Sets the nulls of a response to an operation of `document`.
pub(super) fn complete(response: &mut Response, document: &ExecutableDocument, name: Option<&str>, shape: &Shape) {
    let Some(operation) = prepare::operation(document, name) else { return };
    let mut targets: Vec<&[PathSegment]> = Vec::new();
    for error in &response.errors {
        if !error.path.is_empty() {
            let len = nullable_prefix(&error.path, document, operation, shape);
            targets.push(&error.path[..len]);
        }
    }
    // The outermost first: within it, nothing is left to set.
    targets.sort_by_key(|target| target.len());
    let mut done: Vec<&[PathSegment]> = Vec::new();
    for target in targets {
        if !done.iter().any(|outer| target.starts_with(outer)) {
            set_null(&mut response.data, target);
            done.push(target);
        }
    }
}

/// The length of the longest beginning of a path at which the value may be null; 0 is the whole of `data`.
fn nullable_prefix(
    path: &[PathSegment],
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    shape: &Shape,
) -> usize {
    let mut longest = 0;
    let mut sets = vec![&operation.node.selection_set];
    let mut parent = root(operation.node.ty);
    let mut ty: Option<&Type> = None;
    for (index, segment) in path.iter().enumerate() {
        ty = match segment {
            PathSegment::Field(key) => {
                let fields = fields_of(&sets, key, document);
                let Some(field) = fields.first() else { return longest };
                let known: Option<&FieldShape> = shape.field(parent, &field.name.node);
                sets = fields.iter().map(|field| &field.selection_set).collect();
                known.map(|known| &known.ty)
            }
            PathSegment::Index(_) => match ty.map(|ty| &ty.base) {
                Some(BaseType::List(item)) => Some(item),
                _ => None,
            },
        };
        let Some(ty) = ty else { return longest };
        if ty.nullable {
            longest = index + 1;
        }
        parent = named(ty);
    }
    longest
}

/// The fields with a response key in selection sets and the fragments in them. The sizes were checked before.
fn fields_of<'d>(sets: &[&'d Positioned<SelectionSet>], key: &str, document: &'d ExecutableDocument) -> Vec<&'d Field> {
    let (mut found, mut sets) = (Vec::new(), sets.to_vec());
    while let Some(set) = sets.pop() {
        for selection in &set.node.items {
            match &selection.node {
                Selection::Field(field) if field.node.response_key().node == key => found.push(&field.node),
                Selection::Field(_) => {}
                Selection::InlineFragment(fragment) => sets.push(&fragment.node.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.node.fragment_name.node);
                    sets.extend(fragment.map(|fragment| &fragment.node.selection_set));
                }
            }
        }
    }
    found
}

/// Sets the value at a path to null. An object whose fields all failed was left out and is made again.
fn set_null(data: &mut ConstValue, path: &[PathSegment]) {
    let mut at = data;
    for segment in path {
        if matches!((&*at, segment), (ConstValue::Null, PathSegment::Field(_))) {
            *at = ConstValue::Object(IndexMap::new());
        }
        let next = match (at, segment) {
            (ConstValue::Object(members), PathSegment::Field(key)) => {
                Some(members.entry(Name::new(key)).or_insert(ConstValue::Null))
            }
            (ConstValue::List(items), PathSegment::Index(index)) => items.get_mut(*index),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return,
        }
    }
    *at = ConstValue::Null;
}

#[cfg(test)]
mod tests;
