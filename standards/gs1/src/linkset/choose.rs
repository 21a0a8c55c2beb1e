//! The choice of a link for a request (GS1-Conformant Resolver 1.2, sections 2.2, 2.5.9 and 2.6). Invariant: the choice
//! depends on the links and the request alone, and every link that is chosen was one of the links.
//!
//! 1. A request for the linkset, by link type or by media type, gets all links (section 2.9).
//! 2. A request that names a link type gets links of that type only, of the finest level that has any. None at all is
//!    an answer of its own, 404 for a resolver (section 2.6.2).
//! 3. Another request gets the default link of the finest level that has one. Among several default links
//!    (`gs1:defaultLinkMulti`) the one that suits the request is taken, if exactly one does (sections 2.5.8 and 2.6.1).
//! 4. Among links of one type the best one is chosen: first by media type, then by language, then by context (section
//!    2.6.3). Where the request is silent, a link that leaves the property open goes first. Links that are equally good
//!    are all given, 300 for a resolver.

use super::{
    ContextValue, LinkContext, Target,
    link_type::{DEFAULT_LINK, DEFAULT_LINK_MULTI, canonical, of_request},
    preference::{Preferences, Score},
};

/// The media type of linksets (RFC 9264 section 4.2).
pub const LINKSET_MEDIA_TYPE: &str = "application/linkset+json";

/// What a request wants.
#[derive(Debug, Clone, Default)]
pub struct Request<'r> {
    /// The parameter `linkType`, in any spelling.
    pub link_type: Option<&'r str>,
    /// The header `Accept`.
    pub media_types: Preferences,
    /// The header `Accept-Language`.
    pub languages: Preferences,
    /// The parameter `context`.
    pub context: Option<&'r str>,
    /// Whether links are offered that are not public.
    pub sees_private: bool,
}

/// What a request gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice<'l> {
    /// The document with all links.
    Linkset,
    /// One link.
    One(Found<'l>),
    /// Links of one type and level among which the request does not decide.
    Several(Vec<Found<'l>>),
    /// No link of the requested type, or no default link.
    Nothing,
}

/// A link with what it is a link of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'l> {
    /// The level that the link belongs to.
    pub anchor: &'l str,
    /// The link type as it was written.
    pub link_type: &'l str,
    pub target: &'l Target,
}

/// Chooses among the links of an object and of the levels above it. `levels` begins with the finest one. The cost is
/// linear in the number of links.
pub fn choose<'l>(levels: &'l [LinkContext], request: &Request<'_>) -> Choice<'l> {
    let link_type = request.link_type.map(of_request);
    match link_type.as_deref() {
        _ if request.media_types.names(LINKSET_MEDIA_TYPE) => Choice::Linkset,
        Some("linkset" | "all") => Choice::Linkset,
        None | Some(DEFAULT_LINK | DEFAULT_LINK_MULTI) => default(levels, request),
        Some(wanted) => {
            let links = levels.iter().map(|level| links(level, wanted, request)).find(|links| !links.is_empty());
            links.map_or(Choice::Nothing, |links| several(best(links, request)))
        }
    }
}

/// The default link of the finest level that has one.
fn default<'l>(levels: &'l [LinkContext], request: &Request<'_>) -> Choice<'l> {
    for level in levels {
        let single = links(level, DEFAULT_LINK, request);
        let multi = links(level, DEFAULT_LINK_MULTI, request);
        let suitable = multi.iter().copied().filter(|link| suits(link.target, request)).collect();
        match (&best(suitable, request)[..], single.is_empty()) {
            ([one], _) => return Choice::One(*one),
            (_, false) => return several(single),
            (_, true) if !multi.is_empty() => return several(best(multi, request)),
            _ => {}
        }
    }
    Choice::Nothing
}

fn several(mut links: Vec<Found<'_>>) -> Choice<'_> {
    if links.len() == 1 { Choice::One(links.remove(0)) } else { Choice::Several(links) }
}

/// The links of a type at one level that the request may see.
fn links<'l>(level: &'l LinkContext, link_type: &str, request: &Request<'_>) -> Vec<Found<'l>> {
    let relations = level.relations.iter().filter(|relation| canonical(&relation.link_type) == link_type);
    relations
        .flat_map(|relation| relation.targets.iter().map(move |target| (&*relation.link_type, target)))
        .filter(|(_, target)| request.sees_private || target.is_public != Some(false))
        .map(|(link_type, target)| Found { anchor: &level.anchor, link_type, target })
        .collect()
}

/// The links with the best scores.
fn best<'l>(mut links: Vec<Found<'l>>, request: &Request<'_>) -> Vec<Found<'l>> {
    let scores: Vec<[Score; 3]> = links.iter().map(|link| scores(link.target, request)).collect();
    let best = scores.iter().max().copied();
    let mut scores = scores.into_iter();
    links.retain(|_| scores.next() == best);
    links
}

/// How well a link suits: its media type, its language, its context.
fn scores(target: &Target, request: &Request<'_>) -> [Score; 3] {
    let open = |is_open: bool| Score::from(is_open);
    let media_type = if request.media_types.is_empty() {
        open(target.media_type.is_none())
    } else {
        request.media_types.score_media_type(target.media_type.as_deref())
    };
    let language = if request.languages.is_empty() {
        open(target.languages.is_empty())
    } else {
        request.languages.score_languages(&target.languages)
    };
    let context = match request.context {
        Some(wanted) if applies_to(target, wanted) => 2,
        _ => open(target.context.is_empty()),
    };
    [media_type, language, context]
}

/// Whether a link contradicts no wish of the request, and answers at least one.
fn suits(target: &Target, request: &Request<'_>) -> bool {
    let [media_type, language, context] = scores(target, request);
    let wishes = [
        (!request.media_types.is_empty(), media_type, target.media_type.is_some()),
        (!request.languages.is_empty(), language, !target.languages.is_empty()),
        (request.context.is_some(), context, !target.context.is_empty()),
    ];
    let mut wishes = wishes.into_iter().filter(|(is_wish, ..)| *is_wish);
    wishes.clone().all(|(_, score, _)| score > 0) && wishes.any(|(_, _, is_answer)| is_answer)
}

fn applies_to(target: &Target, wanted: &str) -> bool {
    target.context.iter().any(|value| matches!(value, ContextValue::Text(text) if text.eq_ignore_ascii_case(wanted)))
}
