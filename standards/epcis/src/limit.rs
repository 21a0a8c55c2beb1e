//! The limits of this crate. Invariant: a document or query above a limit is refused, never truncated. Each limit has a
//! test that exceeds it by one.

/// The most events in one capture document.
pub const EVENTS_PER_DOCUMENT_MAX: usize = 1_000;

/// The most identifiers of one event, counted over all instance lists, class lists and the parent together.
pub const IDENTIFIERS_PER_EVENT_MAX: usize = 1_000;

/// The deepest nesting of arrays and objects in a document, including the document itself.
pub const JSON_DEPTH_MAX: usize = 64;

/// The largest event as sent, in bytes.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// The most elements of vocabularies in one capture document.
pub const ELEMENTS_PER_DOCUMENT_MAX: usize = 1_000;

/// The largest element of a vocabulary as sent, in bytes.
pub const ELEMENT_BYTES_MAX: usize = 64 * 1024;

/// The largest record of an element of a vocabulary, in bytes: the element, its context, and its vocabulary as sent.
pub const ELEMENT_RECORD_BYTES_MAX: usize = 128 * 1024;

/// The most attributes of one element of a vocabulary.
pub const ATTRIBUTES_PER_ELEMENT_MAX: usize = 1_000;

/// The most children of one element of a vocabulary.
pub const CHILDREN_PER_ELEMENT_MAX: usize = 1_000;

/// The longest ids of all children of one element of a vocabulary together, in canonical form and with a separator
/// each, in bytes.
pub const CHILDREN_BYTES_MAX: usize = 64 * 1024;

/// The longest URI of a vocabulary with its prefix written out, in bytes.
pub const VOCABULARY_BYTES_MAX: usize = 512;

/// The longest id of an element of a vocabulary in canonical form, in bytes: a longer one cannot be asked for. As sent
/// it has at most [`URI_BYTES_MAX`].
pub const ELEMENT_ID_BYTES_MAX: usize = QUERY_VALUE_BYTES_MAX;

/// The longest texts of all elements of one capture document together, with prefixes written out, in bytes.
pub const ELEMENT_TEXT_BYTES_PER_DOCUMENT_MAX: usize = 16 * 1024 * 1024;

/// The largest `@context` as sent, in bytes. It is stored with every event of its document.
pub const CONTEXT_BYTES_MAX: usize = 16 * 1024;

/// The longest URI, and the longest namespace in a context when its prefix is written out, in bytes. An expanded value
/// is at most twice as long, which fits into a database index.
pub const URI_BYTES_MAX: usize = 1_024;

/// The most definitions that a namespace in a context rests on, each a prefix of the one before.
pub const NAMESPACE_HOPS_MAX: usize = 8;

/// The most problems reported for one document or query. Validation stops there.
pub const PROBLEMS_MAX: usize = 100;

/// The bytes of reported problems at which no further one is added.
pub const PROBLEM_BYTES_MAX: usize = 64 * 1024;

/// The longest pointer of a problem, in bytes before escaping.
pub const POINTER_BYTES_MAX: usize = 4 * 1024;

/// The longest hash text of one event, in bytes, estimated from above: names and values are written out in it, a list's
/// name once for each element. So a short event can have a long text.
pub const HASH_TEXT_BYTES_PER_EVENT_MAX: usize = 4 * 1024 * 1024;

/// The longest hash texts of all events of one capture document together, in bytes.
pub const HASH_TEXT_BYTES_PER_DOCUMENT_MAX: usize = 64 * 1024 * 1024;

/// The most prefixes that an answer binds for its events together. An event that needs another one carries its context.
pub const MERGED_PREFIXES_MAX: usize = 256;

/// The most problems reported of one event that is refused alone.
pub const PROBLEMS_PER_REFUSED_EVENT_MAX: usize = 3;

/// The largest XML document, in bytes, unless a caller sets another limit.
pub const XML_DOCUMENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The deepest nesting of XML elements, including the document element. What JSON nests to [`JSON_DEPTH_MAX`] fits: XML
/// has an element for each text too, and more of them around an event.
pub const XML_DEPTH_MAX: usize = 80;

/// The most attributes of one XML element, declarations of namespaces included.
pub const XML_ATTRIBUTES_PER_ELEMENT_MAX: usize = 256;

/// The longest name of an XML element or attribute with its prefix, in bytes.
pub const XML_NAME_BYTES_MAX: usize = 512;

/// The most namespaces declared at one place of an XML document: on an element and those around it.
pub const XML_NAMESPACES_IN_SCOPE_MAX: usize = 128;

/// The most namespaces of extensions that one XML document uses.
pub const XML_NAMESPACES_PER_DOCUMENT_MAX: usize = 256;

/// The largest event in XML, in bytes. XML spells an event longer than JSON, for which [`EVENT_BYTES_MAX`] holds too.
pub const XML_EVENT_BYTES_MAX: usize = 1024 * 1024;

/// The most elements and attributes of one event in XML.
pub const XML_NODES_PER_EVENT_MAX: usize = 50_000;

/// The most elements and attributes of the header of an XML document, master data included.
pub const XML_NODES_PER_HEADER_MAX: usize = 100_000;

/// The most memory of the JSON that is made of one XML document, in bytes, unless a caller sets another limit: its
/// text, and [`XML_PLACE_BYTES`] for the place of each value.
pub const XML_JSON_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The memory of the place of one value of an XML document, in bytes.
pub const XML_PLACE_BYTES: usize = 8;

/// The longest header of an XML document in JSON, in bytes.
pub const XML_HEADER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most values in one query parameter.
pub const QUERY_VALUES_MAX: usize = 1_000;

/// The longest query value, in bytes.
pub const QUERY_VALUE_BYTES_MAX: usize = 2_048;

/// The most parameters of a query.
pub const QUERY_PARAMETERS_MAX: usize = 64;

/// The largest query, in bytes: the names and values of a URL, or a body.
pub const QUERY_BYTES_MAX: usize = 256 * 1024;

/// The most work of one query. Each value costs 1, each EPC pattern [`PATTERN_COST`], and each value of a condition
/// that no index answers [`FILTER_VALUE_COST`] and 1 for each [`FILTER_BYTES_PER_COST`] bytes of it.
pub const QUERY_COST_MAX: usize = 2_000;

/// The cost of an EPC pattern: each one reads a range of the index of its own.
pub const PATTERN_COST: usize = 20;

/// The cost of a value that each candidate event is compared with.
pub const FILTER_VALUE_COST: usize = 10;

/// The bytes of such values that cost 1: they are kept once for each unit of the events.
pub const FILTER_BYTES_PER_COST: usize = 16;

pub use standards_number::{NUMBER_DIGITS_MAX, NUMBER_EXPONENT_MAX};

/// The events per page when a query does not specify it (EPCIS 2.0 REST binding, `perPage`).
pub const PER_PAGE_DEFAULT: u32 = 30;

/// The most events per page. A larger `perPage` counts as this number.
pub const PER_PAGE_MAX: u32 = 1_000;
