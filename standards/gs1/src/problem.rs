//! Problems: faults of an input, each with its place and a stable code. Invariant: a code never changes its meaning.

use std::fmt;

/// A fault of an element string, a Digital Link or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place where the fault begins: bytes from the start of the input.
    pub at: usize,
    /// The stable machine-readable code, one of [`code`].
    pub code: &'static str,
    /// One sentence for people. May quote a short piece of the input.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(at: usize, code: &'static str, detail: impl Into<String>) -> Self {
        Self { at, code, detail: detail.into() }
    }

    /// The same problem of a text that begins `bytes` later.
    #[must_use]
    pub(crate) fn moved_by(mut self, bytes: usize) -> Self {
        self.at += bytes;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.code, self.at, self.detail)
    }
}

impl std::error::Error for Problem {}

/// The stable codes of problems.
pub mod code {
    macro_rules! codes {
        ($($(#[$doc:meta])+ $name:ident = $code:literal;)+) => {
            $($(#[$doc])+ pub const $name: &str = $code;)+

            /// All codes.
            pub const ALL: &[&str] = &[$($name),+];
        };
    }

    codes! {
        /// A number is not an application identifier.
        UNKNOWN_AI = "gs1.unknown_ai";
        /// A value is missing.
        EMPTY_VALUE = "gs1.empty_value";
        /// A value has fewer characters than its application identifier requires.
        VALUE_TOO_SHORT = "gs1.value_too_short";
        /// A value has more characters than its application identifier allows.
        VALUE_TOO_LONG = "gs1.value_too_long";
        /// A character is outside the character set of its component.
        INVALID_CHARACTER = "gs1.invalid_character";
        /// The check digit, or the pair of check characters, does not belong to the other characters.
        WRONG_CHECK_DIGIT = "gs1.wrong_check_digit";
        /// A key does not begin with the digits of a GS1 Company Prefix.
        INVALID_COMPANY_PREFIX = "gs1.invalid_company_prefix";
        /// A date does not exist.
        INVALID_DATE = "gs1.invalid_date";
        /// An hour, minute or second does not exist.
        INVALID_TIME = "gs1.invalid_time";
        /// A code is not in the list of countries, currencies, package types or media types.
        UNKNOWN_WORD = "gs1.unknown_word";
        /// A value has the right characters, but not the meaning that its component requires.
        INVALID_VALUE = "gs1.invalid_value";
        /// A coupon code does not have the structure of its standard.
        INVALID_COUPON = "gs1.invalid_coupon";

        /// An element string is longer than allowed.
        ELEMENT_STRING_TOO_LONG = "gs1.element_string_too_long";
        /// A text does not have the form of an element string.
        INVALID_ELEMENT_STRING = "gs1.invalid_element_string";
        /// An element string has more elements than allowed.
        TOO_MANY_ELEMENTS = "gs1.too_many_elements";
        /// Two elements with one application identifier have different values.
        CONFLICTING_ELEMENTS = "gs1.conflicting_elements";
        /// An element requires another one that is missing.
        MISSING_ELEMENT = "gs1.missing_element";
        /// Two elements exclude each other.
        EXCLUDED_ELEMENT = "gs1.excluded_element";

        /// A URI is longer than allowed.
        URI_TOO_LONG = "gs1.uri_too_long";
        /// A text is not a web address: a character or an encoded octet is invalid.
        INVALID_URI = "gs1.invalid_uri";
        /// A URI has another scheme than `http` or `https`.
        UNSUPPORTED_SCHEME = "gs1.unsupported_scheme";
        /// The host of a URI is missing or has an invalid character.
        INVALID_HOST = "gs1.invalid_host";
        /// The path does not end with a primary key, its qualifiers and their values.
        NO_KEY = "gs1.no_key";
        /// A qualifier does not belong to the primary key, or stands at a wrong place.
        INVALID_QUALIFIER = "gs1.invalid_qualifier";
        /// An application identifier is not allowed as an attribute in the query.
        NOT_AN_ATTRIBUTE = "gs1.not_an_attribute";
        /// A qualifier of the primary key is in the query instead of the path.
        QUALIFIER_IN_QUERY = "gs1.qualifier_in_query";
        /// An application identifier occurs twice in one URI.
        DUPLICATE_AI = "gs1.duplicate_ai";
        /// A query has more pairs than allowed.
        TOO_MANY_PAIRS = "gs1.too_many_pairs";

        /// A linkset is larger than allowed.
        LINKSET_TOO_LARGE = "gs1.linkset_too_large";
        /// A linkset nests deeper than allowed.
        LINKSET_TOO_DEEP = "gs1.linkset_too_deep";
        /// A linkset has more links than allowed.
        TOO_MANY_LINKS = "gs1.too_many_links";
        /// The bytes are not one JSON value in UTF-8.
        MALFORMED_JSON = "gs1.malformed_json";
        /// An object has two members of the same name.
        DUPLICATE_MEMBER = "gs1.duplicate_member";
        /// A member that the linkset requires is missing.
        MISSING_MEMBER = "gs1.missing_member";
        /// A member is not one that the linkset may have.
        UNKNOWN_MEMBER = "gs1.unknown_member";
        /// A member has the wrong JSON type.
        INVALID_TYPE = "gs1.invalid_type";
        /// A text of a linkset does not have the required form.
        INVALID_TEXT = "gs1.invalid_text";
        /// The default links of an anchor are not as the resolver standard requires.
        INVALID_DEFAULT_LINK = "gs1.invalid_default_link";
    }
}
