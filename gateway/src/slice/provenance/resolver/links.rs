//! The links of one object, as a tenant stores them: a linkset of one anchor (RFC 9264). Invariant: links without a
//! fault can be part of an answer that the schema of the standard accepts.

use super::{
    identifier,
    limit::LINKS_PER_OBJECT_MAX,
    text::{address_fault, fault},
};
use crate::{
    error::{ApiError, Code, FieldProblem, code as common},
    provenance::code,
};
use standards_gs1::{
    digital_link::Identifier,
    linkset::{
        ContextValue, LinkContext, Linkset, Problem, Profile, Target, default_link,
        link_type::{DEFAULT_LINK, canonical},
    },
    problem::code as gs1,
};

/// The place of the one anchor in a document.
const ANCHOR: &str = "/linkset/0";

/// The links of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::slice::provenance) struct Links {
    /// The path of the object's canonical Digital Link.
    pub(super) identifier: String,
    /// The path of its primary key alone. The same for an object without qualifiers.
    pub(super) key: String,
    /// Whether one of the links is the default link.
    pub(super) has_default: bool,
    /// The linkset, with the canonical Digital Link as its anchor.
    pub(super) document: String,
}

impl Links {
    /// Reads the body of a request that stores the links of an object. Its size was checked.
    ///
    /// # Errors
    /// `provenance.invalid_links` with every fault, or one of the errors of JSON.
    pub(in crate::slice::provenance) fn parse(object: &Identifier, body: &[u8]) -> Result<Self, ApiError> {
        let mut linkset = Linkset::parse(body, Profile::Gs1).map_err(invalid_links)?;
        let [context] = &mut linkset.contexts[..] else {
            let problem = field("/linkset", common::INVALID_FIELD.name, "the links of one object have one anchor");
            return Err(refusal(vec![problem]));
        };
        let mut faults = Vec::new();
        match identifier::parse(&context.anchor, "/linkset/0/anchor") {
            Ok(found) if found == *object => {}
            Ok(_) => faults.push(field("/linkset/0/anchor", common::INVALID_FIELD.name, "names another object")),
            Err(error) => faults.extend(error.problem().errors),
        }
        check_texts(context, &mut faults);
        context.anchor = object.canonical();
        let needs_default = object.qualifiers().is_empty();
        let problems = default_link::check(&linkset).into_iter();
        faults.extend(problems.filter(|it| needs_default || it.pointer != ANCHOR).map(of_linkset));
        if !faults.is_empty() {
            return Err(refusal(faults));
        }
        let mut levels = object.levels();
        Ok(Self {
            identifier: object.path(),
            key: levels.pop().map_or_else(|| object.path(), |key| key.path()),
            has_default: linkset.contexts.iter().any(has_default),
            document: linkset.to_json(),
        })
    }
}

/// Reads links as they were stored, with their anchor at `root`.
///
/// # Errors
/// An internal failure: the links were checked when they were stored.
pub(in crate::slice::provenance) fn read_stored(
    root: &str,
    identifier: &str,
    document: &str,
) -> Result<LinkContext, ApiError> {
    let linkset = Linkset::parse(document.as_bytes(), Profile::Gs1);
    let linkset = linkset.map_err(|problems| ApiError::internal(&format!("stored links: {:?}", problems.first())))?;
    let context = linkset.contexts.into_iter().next();
    let context = context.ok_or_else(|| ApiError::internal(&"stored links have no anchor"))?;
    Ok(LinkContext { anchor: format!("{root}{identifier}"), ..context })
}

fn has_default(context: &LinkContext) -> bool {
    let mut relations = context.relations.iter();
    relations.any(|relation| canonical(&relation.link_type) == DEFAULT_LINK && !relation.targets.is_empty())
}

/// Adds the faults of texts and addresses, and of the number of links.
fn check_texts(context: &LinkContext, faults: &mut Vec<FieldProblem>) {
    let mut check = |pointer: String, fault: Option<String>| {
        faults.extend(fault.map(|fault| field(&pointer, common::INVALID_FIELD.name, &fault)));
    };
    check(format!("{ANCHOR}/itemDescription"), context.description.as_deref().and_then(fault));
    let count: usize = context.relations.iter().map(|relation| relation.targets.len()).sum();
    if count > LINKS_PER_OBJECT_MAX {
        check(ANCHOR.to_owned(), Some(format!("has {count} links; an object has at most {LINKS_PER_OBJECT_MAX}")));
    }
    for relation in &context.relations {
        let name = relation.link_type.replace('~', "~0").replace('/', "~1");
        for (index, target) in relation.targets.iter().enumerate() {
            check_target(&format!("{ANCHOR}/{name}/{index}"), target, &mut check);
        }
    }
}

fn check_target(place: &str, target: &Target, check: &mut impl FnMut(String, Option<String>)) {
    check(format!("{place}/href"), address_fault(&target.href));
    check(format!("{place}/title"), target.title.as_deref().and_then(fault));
    check(format!("{place}/type"), target.media_type.as_deref().and_then(fault));
    for (index, value) in target.context.iter().enumerate() {
        let fault = match value {
            ContextValue::Text(text) => fault(text),
            ContextValue::Other(_) => Some("must be a text".to_owned()),
        };
        check(format!("{place}/context/{index}"), fault);
    }
}

/// The response to a body that is no linkset.
fn invalid_links(problems: Vec<Problem>) -> ApiError {
    let code: &'static Code = match problems.first().map(|problem| problem.code) {
        Some(gs1::MALFORMED_JSON) => &common::MALFORMED_JSON,
        Some(gs1::LINKSET_TOO_DEEP) => &common::JSON_TOO_DEEP,
        Some(gs1::DUPLICATE_MEMBER) => &common::DUPLICATE_KEY,
        _ => &code::INVALID_LINKS,
    };
    let detail = if *code == code::INVALID_LINKS {
        FAULTY
    } else {
        "Send one linkset (application/linkset+json). Nothing was stored."
    };
    ApiError::new(code, detail).with_fields(problems.into_iter().map(of_linkset))
}

const FAULTY: &str = "Nothing was stored. Correct every fault listed under `errors`.";

fn refusal(faults: Vec<FieldProblem>) -> ApiError {
    ApiError::new(&code::INVALID_LINKS, FAULTY).with_fields(faults)
}

fn of_linkset(problem: Problem) -> FieldProblem {
    FieldProblem { pointer: problem.pointer, code: problem.code.to_owned(), detail: problem.detail }
}

fn field(pointer: &str, code: &str, detail: &str) -> FieldProblem {
    FieldProblem { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.to_owned() }
}
