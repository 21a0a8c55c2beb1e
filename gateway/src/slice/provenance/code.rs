//! Problem codes of provenance, except those of single faults (`standards_epcis::problem::code`). Invariant: the
//! exceptions of the EPCIS binding are derived from these codes and their statuses.

crate::error::codes! {
    /// The document or event is invalid; `errors` lists every fault.
    INVALID_DOCUMENT = "provenance.invalid_document", 400, "The EPCIS document is not valid";
    /// The query is invalid; `errors` lists every fault.
    INVALID_QUERY = "provenance.invalid_query", 400, "The EPCIS query is not valid";
    /// The document has more events than one capture allows.
    TOO_MANY_EVENTS = "provenance.too_many_events", 413, "The document has too many events";
    /// The events of the document exceed the size of one ledger transaction.
    DOCUMENT_TOO_LARGE = "provenance.document_too_large", 413, "The document is too large for one transaction";
    /// An event with this id is already recorded.
    EVENT_EXISTS = "provenance.event_exists", 409, "An event with this id exists";
    /// The ledger rejected the event.
    EVENT_REJECTED = "provenance.event_rejected", 422, "The ledger rejected the event";
    /// The ledger did not include the event in time.
    EVENT_EXPIRED = "provenance.event_expired", 503, "The ledger did not include the event in time";
    /// The caller's tenant has no event with this id.
    UNKNOWN_EVENT = "provenance.unknown_event", 404, "There is no such event";
    /// The caller's tenant has no capture job with this id.
    UNKNOWN_CAPTURE = "provenance.unknown_capture", 404, "There is no such capture job";
    /// The query matches more events than its `maxEventCount`.
    QUERY_TOO_LARGE = "provenance.query_too_large", 413, "The query matches too many events";
    /// The query would cost, or cost, more than one query may.
    QUERY_TOO_COMPLEX = "provenance.query_too_complex", 413, "The query is too complex";
    /// No event of the caller's tenant names this value.
    UNKNOWN_RESOURCE = "provenance.unknown_resource", 404, "There is no such resource";
    /// The caller's tenant has no query with this name.
    UNKNOWN_QUERY = "provenance.unknown_query", 404, "There is no such query";
    /// The caller's tenant has no master data of this element.
    UNKNOWN_MASTER_DATA = "provenance.unknown_master_data", 404, "There is no such master data";
    /// Elements of several vocabularies have this id.
    AMBIGUOUS_MASTER_DATA = "provenance.ambiguous_master_data", 409, "Several vocabularies have this id";
    /// A query with this name exists.
    QUERY_EXISTS = "provenance.query_exists", 409, "A query with this name exists";
    /// The tenant has as many named queries as it may have.
    TOO_MANY_QUERIES = "provenance.too_many_queries", 409, "The tenant has too many named queries";
    /// The query has no subscription with this id.
    UNKNOWN_SUBSCRIPTION = "provenance.unknown_subscription", 404, "There is no such subscription";
    /// The request for a subscription is invalid; `errors` lists every fault.
    INVALID_SUBSCRIPTION = "provenance.invalid_subscription", 400, "The subscription is not valid";
    /// The tenant has as many subscriptions as it may have.
    TOO_MANY_SUBSCRIPTIONS = "provenance.too_many_subscriptions", 409, "The tenant has too many subscriptions";
    /// A text is no valid GS1 Digital Link, or none that the request can be about.
    INVALID_DIGITAL_LINK = "provenance.invalid_digital_link", 400, "The GS1 Digital Link is not valid";
    /// Links that a tenant stores are invalid; `errors` lists every fault.
    INVALID_LINKS = "provenance.invalid_links", 400, "The linkset is not valid";
    /// There is no link for this object, or none of the requested type.
    UNKNOWN_LINK = "provenance.unknown_link", 404, "There is no such link";
    /// Neither the object nor its primary key has a default link.
    NO_DEFAULT_LINK = "provenance.no_default_link", 409, "There is no default link";
    /// Objects with qualifiers use the default link of this primary key.
    DEFAULT_LINK_IN_USE = "provenance.default_link_in_use", 409, "The default link is in use";
    /// The tenant has as many links as it may have.
    TOO_MANY_LINKS = "provenance.too_many_links", 409, "The tenant has too many links";
    /// The request asks for a version or format that this repository does not support.
    NOT_ACCEPTABLE = "provenance.not_acceptable", 406, "The requested version or format is not supported";
    /// An event of the answer has a part for which the requested version of XML has no form.
    NOT_EXPRESSIBLE_IN_XML = "provenance.not_expressible_in_xml", 406, "An event has no form in this version of XML";
    /// An optional function of the binding that this repository does not have.
    NOT_IMPLEMENTED = "provenance.not_implemented", 501, "This repository does not have this function";
}
