//! Writes one event. Invariant: as that of [`super`]. Wrappers are those of version 1.2.

use super::{
    LaterFields, Options, Reason, Written, fault,
    markup::{close, open, push_text},
    name::Names,
};
use crate::{
    context::{Context, Scope},
    event::{Event, EventType},
    json::{Member, Node},
    problem::Path,
    xml::{
        Version,
        schema::{BASE_EXTENSION, EXTENSION, Field, field, order},
    },
};

/// The state of writing an event.
pub(super) struct Writer<'s> {
    pub(super) out: String,
    pub(super) names: Names,
    pub(super) scope: Scope<'s, 's>,
    pub(super) options: Options,
}

/// What an answer says about an event, besides the event.
#[derive(Clone, Copy, Default)]
pub(super) struct Added<'r> {
    /// For an event without `eventID`.
    pub(super) event_id: Option<&'r str>,
    /// Instead of the event's own.
    pub(super) record_time: Option<&'r str>,
    /// Whether the event is a document of its own, which no list surrounds.
    pub(super) is_alone: bool,
}

/// The fields that version 1.2 wraps in `extension`. A transformation has none of them: it came with 1.1.
const WRAPPED: [&str; 5] = ["quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd"];

/// Writes an event with its namespaces.
pub(super) fn event<'s>(
    event: &'s Event<'s>,
    context: &'s Context<'s>,
    added: Added<'_>,
    options: Options,
) -> Written<String> {
    let scope = Scope::new(context, event.context.as_ref());
    let mut writer =
        Writer { out: String::with_capacity(event.raw().len() * 2), names: Names::default(), scope, options };
    let root = Path::Root;
    let kind = event.event_type();
    let type_path = root.name("type");
    let name = match kind {
        EventType::Own => {
            let written = event.root.get_str("type").unwrap_or_default();
            writer.names.name(written, scope, &type_path)?.into_owned()
        }
        standard => standard.as_str().to_owned(),
    };
    let is_later = matches!(kind, EventType::Association | EventType::Own);
    if options.version == Version::V1_2 && is_later && options.later == LaterFields::Refuse {
        return fault(&type_path, Reason::EventType);
    }
    writer.body(event, added)?;
    let mut out = String::with_capacity(writer.out.len() + 128);
    // Where the schema has no element for the event type.
    let wrappers = match (options.version, kind) {
        _ if added.is_alone => 0,
        (Version::V2_0, EventType::Own) | (Version::V1_2, EventType::Transformation) => 1,
        (Version::V1_2, EventType::Association | EventType::Own) => 2,
        _ => 0,
    };
    (0..wrappers).for_each(|_| open(&mut out, EXTENSION));
    out.push('<');
    out.push_str(&name);
    writer.names.declare(&mut out)?;
    out.push('>');
    out.push_str(&writer.out);
    close(&mut out, &name);
    (0..wrappers).for_each(|_| close(&mut out, EXTENSION));
    Ok(out)
}

/// The parts of an event by their place in version 1.2. In 2.0 all fields are direct.
#[derive(Default)]
struct Places<'e, 'a> {
    base: Vec<(&'static Field, &'e Node<'a>)>,
    wrapped: Vec<(&'static Field, &'e Node<'a>)>,
    later: Vec<(&'static Field, &'e Node<'a>)>,
}

impl Writer<'_> {
    fn body(&mut self, event: &Event<'_>, added: Added<'_>) -> Written {
        let root = Path::Root;
        let kind = event.event_type();
        let members = event.root.as_object().unwrap_or_default();
        let is_written = |member: &&Member<'_>| !["@context", "type"].contains(&&*member.name);
        let known = order(kind);
        for member in members.iter().filter(is_written).filter(|member| !member.name.contains(':')) {
            if field(&member.name).is_none() || !known.contains(&&*member.name) {
                return fault(&root.name(&member.name), Reason::Form);
            }
        }
        let mut places = Places::default();
        for name in known {
            match (*name, added) {
                ("recordTime", Added { record_time: Some(time), .. }) => {
                    self.text("recordTime", time, &root)?;
                    continue;
                }
                (BASE_EXTENSION, _) => {
                    self.base_extension(&places, added, event)?;
                    continue;
                }
                (EXTENSION, _) => {
                    self.extension(kind, &places)?;
                    continue;
                }
                ("eventID", Added { event_id: Some(id), .. })
                    if event.event_id().is_none() && self.options.version == Version::V2_0 =>
                {
                    self.text("eventID", id, &root)?;
                    continue;
                }
                _ => {}
            }
            let Some((field, node)) = field(name).zip(event.root.get(name)) else {
                self.required(kind, name);
                continue;
            };
            match self.place_of(kind, field, &root.name(name))? {
                Place::Direct => self.field(name, node, field.form, &root.name(name))?,
                Place::Base => places.base.push((field, node)),
                Place::Wrapped => places.wrapped.push((field, node)),
                Place::Later => places.later.push((field, node)),
            }
        }
        self.elements(members.iter().filter(|member| member.name.contains(':')), &root)
    }

    fn place_of(&self, kind: EventType, field: &Field, path: &Path<'_>) -> Written<Place> {
        if self.options.version == Version::V2_0 {
            return Ok(Place::Direct);
        }
        let is_flat = matches!(kind, EventType::Association | EventType::Own);
        if field.since == Version::V2_0 {
            return match self.options.later {
                LaterFields::Refuse => fault(path, Reason::Field),
                LaterFields::Extend if is_flat => Ok(Place::Direct),
                LaterFields::Extend => Ok(Place::Later),
            };
        }
        let is_wrapped = WRAPPED.contains(&field.name) && !is_flat && kind != EventType::Transformation;
        Ok(match field.name {
            "eventID" | "errorDeclaration" => Place::Base,
            _ if is_wrapped => Place::Wrapped,
            _ => Place::Direct,
        })
    }

    /// Writes the empty list that version 1.2 requires where 2.0 needs none.
    fn required(&mut self, kind: EventType, name: &str) {
        let is_required = matches!(
            (kind, name),
            (EventType::Object | EventType::Transaction, "epcList") | (EventType::Aggregation, "childEPCs")
        );
        if is_required && self.options.version == Version::V1_2 {
            open(&mut self.out, name);
            close(&mut self.out, name);
        }
    }

    fn base_extension(&mut self, places: &Places<'_, '_>, added: Added<'_>, event: &Event<'_>) -> Written {
        let id = added.event_id.filter(|_| event.event_id().is_none() && self.options.version == Version::V1_2);
        if places.base.is_empty() && id.is_none() {
            return Ok(());
        }
        open(&mut self.out, BASE_EXTENSION);
        if let Some(id) = id {
            self.text("eventID", id, &Path::Root)?;
        }
        self.all(&places.base)?;
        close(&mut self.out, BASE_EXTENSION);
        Ok(())
    }

    fn extension(&mut self, kind: EventType, places: &Places<'_, '_>) -> Written {
        if places.wrapped.is_empty() && places.later.is_empty() {
            return Ok(());
        }
        open(&mut self.out, EXTENSION);
        self.all(&places.wrapped)?;
        let is_nested = !places.later.is_empty() && kind != EventType::Transformation;
        if is_nested {
            open(&mut self.out, EXTENSION);
        }
        self.all(&places.later)?;
        if is_nested {
            close(&mut self.out, EXTENSION);
        }
        close(&mut self.out, EXTENSION);
        Ok(())
    }

    fn all(&mut self, fields: &[(&'static Field, &Node<'_>)]) -> Written {
        for (field, node) in fields {
            self.field(field.name, node, field.form, &Path::Root.name(field.name))?;
        }
        Ok(())
    }

    fn text(&mut self, name: &str, text: &str, path: &Path<'_>) -> Written {
        open(&mut self.out, name);
        push_text(&mut self.out, text, path)?;
        close(&mut self.out, name);
        Ok(())
    }
}

enum Place {
    Direct,
    Base,
    Wrapped,
    Later,
}
