//! Reading linkset documents. Invariant: every problem is reported at its own place, up to the limit, and a document
//! without problems loses nothing.

use std::{borrow::Cow, collections::HashSet};

use serde_json::value::RawValue;

use super::{
    ContextValue, LinkContext, Linkset, Problem, Profile, Relation, Target,
    document::{Value, nests_at_most},
    text,
};
use crate::{
    limit::{LINKS_MAX, LINKSET_BYTES_MAX, LINKSET_DEPTH_MAX, POINTER_NAME_BYTES_MAX, PROBLEMS_MAX},
    problem::code,
};

pub(super) fn parse(document: &[u8], profile: Profile) -> Result<Linkset, Vec<Problem>> {
    let whole = |code, detail: String| vec![Problem { pointer: String::new(), code, detail }];
    if document.len() > LINKSET_BYTES_MAX {
        let detail = format!("a linkset has at most {LINKSET_BYTES_MAX} bytes");
        return Err(whole(code::LINKSET_TOO_LARGE, detail));
    }
    let malformed = |error: String| whole(code::MALFORMED_JSON, error);
    let document = std::str::from_utf8(document).map_err(|error| malformed(error.to_string()))?;
    if !nests_at_most(document, LINKSET_DEPTH_MAX) {
        let detail = format!("a linkset nests at most {LINKSET_DEPTH_MAX} deep");
        return Err(whole(code::LINKSET_TOO_DEEP, detail));
    }
    let document: &RawValue = serde_json::from_str(document).map_err(|error| malformed(error.to_string()))?;
    let mut reader = Reader { profile, pointer: String::new(), problems: Vec::new(), links: 0 };
    let linkset = reader.linkset(document);
    if reader.problems.is_empty() { Ok(linkset) } else { Err(reader.problems) }
}

type Members<'d> = Vec<(Cow<'d, str>, &'d RawValue)>;

/// The document so far. Values that have a problem are read as empty ones.
struct Reader {
    profile: Profile,
    /// The pointer of the value that is read.
    pointer: String,
    problems: Vec<Problem>,
    links: usize,
}

impl Reader {
    fn report(&mut self, code: &'static str, detail: impl Into<String>) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem { pointer: self.pointer.clone(), code, detail: detail.into() });
        }
    }

    fn is_full(&self) -> bool {
        self.problems.len() == PROBLEMS_MAX
    }

    /// Reads a part below a name or an index.
    fn below<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        if name.len() <= POINTER_NAME_BYTES_MAX {
            self.pointer.push('/');
            self.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        }
        let result = read(self);
        self.pointer.truncate(length);
        result
    }

    /// The members of an object, each name once.
    fn object<'d>(&mut self, raw: &'d RawValue, required: &[&str]) -> Members<'d> {
        let Some(Value::Object(members)) = Value::of(raw) else {
            self.report(code::INVALID_TYPE, "the value must be an object");
            return Vec::new();
        };
        let mut names = HashSet::new();
        let mut first = Members::new();
        for (name, value) in members {
            if names.insert(name.clone()) {
                first.push((name, value));
            } else {
                self.below(&name, |it| it.report(code::DUPLICATE_MEMBER, "the object has two members of this name"));
            }
        }
        for name in required.iter().filter(|name| !names.contains(**name)) {
            self.below(name, |it| it.report(code::MISSING_MEMBER, "this member is required"));
        }
        first
    }

    fn array<'d>(&mut self, raw: &'d RawValue) -> Vec<&'d RawValue> {
        if let Some(Value::Array(elements)) = Value::of(raw) {
            return elements;
        }
        self.report(code::INVALID_TYPE, "the value must be an array");
        Vec::new()
    }

    fn text(&mut self, raw: &RawValue) -> String {
        if let Some(Value::Text(text)) = Value::of(raw) {
            return text;
        }
        self.report(code::INVALID_TYPE, "the value must be a text");
        String::new()
    }

    /// A text of a form.
    fn formed(&mut self, raw: &RawValue, is_formed: impl FnOnce(&str) -> bool, form: &str) -> String {
        let before = self.problems.len();
        let text = self.text(raw);
        if self.problems.len() == before && !is_formed(&text) {
            self.report(code::INVALID_TEXT, format!("the text must be {form}"));
        }
        text
    }

    fn flag(&mut self, raw: &RawValue) -> bool {
        if let Some(Value::Flag(flag)) = Value::of(raw) {
            return flag;
        }
        self.report(code::INVALID_TYPE, "the value must be true or false");
        false
    }

    fn unknown(&mut self) {
        self.report(code::UNKNOWN_MEMBER, "a linkset has no such member here");
    }

    fn linkset(&mut self, raw: &RawValue) -> Linkset {
        let mut linkset = Linkset::default();
        for (name, value) in self.object(raw, &["linkset"]) {
            self.below(&name, |it| match &*name {
                "linkset" => {
                    for (index, context) in it.array(value).into_iter().enumerate() {
                        if it.is_full() {
                            break;
                        }
                        linkset.contexts.push(it.below(&index.to_string(), |it| it.context(context)));
                    }
                }
                _ => it.unknown(),
            });
        }
        linkset
    }

    fn context(&mut self, raw: &RawValue) -> LinkContext {
        let mut context = LinkContext::default();
        let is_gs1 = self.profile == Profile::Gs1;
        let required: &[&str] = if is_gs1 { &["anchor", "itemDescription"] } else { &["anchor"] };
        for (name, value) in self.object(raw, required) {
            if self.is_full() {
                break;
            }
            self.below(&name, |it| match &*name {
                "anchor" => context.anchor = it.address(value),
                "itemDescription" if is_gs1 => context.description = Some(it.text(value)),
                _ if text::is_link_type(&name, it.profile) => {
                    let targets = it.targets(value);
                    context.relations.push(Relation { link_type: name.to_string(), targets });
                }
                _ => it.unknown(),
            });
        }
        context
    }

    fn address(&mut self, raw: &RawValue) -> String {
        let profile = self.profile;
        let form = match profile {
            Profile::Gs1 => "a web address that begins with https:// or http://",
            Profile::Basic => "a URI",
        };
        self.formed(raw, |text| text::is_address(text, profile), form)
    }

    fn targets(&mut self, raw: &RawValue) -> Vec<Target> {
        let mut targets = Vec::new();
        for (index, target) in self.array(raw).into_iter().enumerate() {
            self.links += 1;
            if self.links == LINKS_MAX + 1 {
                self.report(code::TOO_MANY_LINKS, format!("a linkset has at most {LINKS_MAX} links"));
            }
            if self.links > LINKS_MAX || self.is_full() {
                break;
            }
            targets.push(self.below(&index.to_string(), |it| it.target(target)));
        }
        targets
    }

    fn target(&mut self, raw: &RawValue) -> Target {
        let mut target = Target::default();
        let is_gs1 = self.profile == Profile::Gs1;
        let required: &[&str] = if is_gs1 { &["href", "title"] } else { &["href"] };
        for (name, value) in self.object(raw, required) {
            self.below(&name, |it| match &*name {
                "href" => target.href = it.address(value),
                "title" => target.title = Some(it.text(value)),
                "hreflang" => target.languages = it.languages(value),
                "type" => target.media_type = Some(it.formed(value, text::is_media_type, "a media type")),
                "context" if is_gs1 => target.context = it.context_values(value),
                "fwqs" if is_gs1 => target.forwards_query = Some(it.flag(value)),
                "public" if is_gs1 => target.is_public = Some(it.flag(value)),
                _ => it.unknown(),
            });
        }
        target
    }

    fn languages(&mut self, raw: &RawValue) -> Vec<String> {
        let languages = self.array(raw).into_iter().enumerate();
        let form = "a language of two letters, or a language and a country";
        languages
            .map(|(index, value)| self.below(&index.to_string(), |it| it.formed(value, text::is_language, form)))
            .collect()
    }

    fn context_values(&mut self, raw: &RawValue) -> Vec<ContextValue> {
        let values = self.array(raw).into_iter();
        let value = |value: &RawValue| match Value::of(value) {
            Some(Value::Text(text)) => ContextValue::Text(text),
            _ => ContextValue::Other(value.get().to_owned()),
        };
        values.map(value).collect()
    }
}
