//! Linksets: the links from an identified object to information about it (RFC 9264 section 4.2,
//! application/linkset+json, as GS1-Conformant Resolver 1.2 section 2.10 uses it). Invariant: a document is accepted
//! exactly when the published JSON schema accepts it, and no member has two values.
//!
//! ```json
//! { "linkset": [ {
//!     "anchor": "https://example.com/01/09506000134352",
//!     "itemDescription": "Risotto rice",
//!     "https://ref.gs1.org/voc/pip": [ { "href": "https://example.com/rice", "title": "Rice", "hreflang": ["en"] } ]
//! } ] }
//! ```
//!
//! - [`Linkset::parse`] and [`Linkset::to_json`] read and write documents, [`default_link`] checks default links.
//! - [`choose`](choose::choose) finds the link for a request.

pub mod choose;
pub mod default_link;
mod document;
pub mod link_type;
pub mod preference;
mod problem;
mod read;
mod text;
mod write;

pub use problem::Problem;
pub use write::CONTEXT_URL;

/// The links of an object, and those of the levels above it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linkset {
    /// A context for each anchor.
    pub contexts: Vec<LinkContext>,
}

/// The links of one anchor (RFC 9264 section 4.2.2, "link context object").
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkContext {
    /// The object that the links are about: a URI.
    pub anchor: String,
    /// The name of the object for people: `itemDescription`.
    pub description: Option<String>,
    /// The links by their type. A type occurs once.
    pub relations: Vec<Relation>,
}

/// The links of one type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relation {
    /// A URI such as `https://ref.gs1.org/voc/pip`, or a registered name such as `next` (RFC 8288 section 2.1).
    pub link_type: String,
    pub targets: Vec<Target>,
}

/// A link: where it leads and what is known of that (RFC 9264 section 4.2.3, "link target object").
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The URI to which the link leads.
    pub href: String,
    /// The title for people.
    pub title: Option<String>,
    /// The languages of the information, such as `en` or `pt-BR`: `hreflang`.
    pub languages: Vec<String>,
    /// The media type of the information, such as `text/html`: `type`.
    pub media_type: Option<String>,
    /// Where or for what the link applies, such as a country.
    pub context: Vec<ContextValue>,
    /// `fwqs`: whether the query of a request is passed on. The resolver standard ignores it since version 1.2.
    pub forwards_query: Option<bool>,
    /// `public`: whether everybody may see the link. Absent means yes.
    pub is_public: Option<bool>,
}

/// A value of a link's `context`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    Text(String),
    /// Another JSON value, as it was written.
    Other(String),
}

/// The rules that a document is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The linkset schema of the GS1-Conformant Resolver standard: each anchor has a description, each link a title.
    Gs1,
    /// The basic linkset schema of GS1: `href`, `title`, `hreflang` and `type` only, of which `href` is required.
    Basic,
}

impl Linkset {
    /// Reads a document.
    ///
    /// # Errors
    /// All problems, up to [`PROBLEMS_MAX`](crate::limit::PROBLEMS_MAX).
    pub fn parse(document: &[u8], profile: Profile) -> Result<Self, Vec<Problem>> {
        read::parse(document, profile)
    }

    /// Checks a linkset that was not read from a document.
    ///
    /// # Errors
    /// As [`Linkset::parse`].
    pub fn check(&self, profile: Profile) -> Result<(), Vec<Problem>> {
        Self::parse(self.to_json().as_bytes(), profile).map(drop)
    }
}
