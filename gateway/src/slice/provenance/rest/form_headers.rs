//! The headers that ask for a form of events, in the OpenAPI document. Invariant: they are those that
//! [`crate::provenance::gs1_header`] reads.

use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

const HEADERS: [(&str, &str); 6] = [
    ("GS1-EPC-Format", "The spelling of identifiers. If absent: Digital Links in EPCIS 2.0, EPC URNs in 1.2"),
    ("GS1-CBV-XML-Format", "The spelling of words of the CBV in XML. If absent: web URIs in EPCIS 2.0, URNs in 1.2"),
    ("GS1-EPCIS-Min", "The lowest version of EPCIS that the client reads"),
    ("GS1-EPCIS-Max", "The highest version of EPCIS that the client reads; below 2.0 the answer is XML of version 1.2"),
    ("GS1-CBV-Min", "The lowest version of the CBV that the client reads"),
    ("GS1-CBV-Max", "The highest version of the CBV that the client reads; below 2.0 the answer is XML of EPCIS 1.2"),
];

/// The headers.
pub(super) enum FormHeaders {}

impl IntoParams for FormHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |(name, description): (&str, &str)| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(description))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
                .build()
        };
        HEADERS.map(parameter).into()
    }
}
