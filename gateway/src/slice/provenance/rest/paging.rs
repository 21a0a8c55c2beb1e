//! The paging parameters of lists in the EPCIS binding. Invariant: a page has one member at least, and at most
//! [`PER_PAGE_MAX`], also when a request asks for more. A number of members is read as in an event query.

use crate::{
    error::{ApiError, code},
    page::SentCursor,
};
use serde::Deserialize;
use standards_epcis::{
    limit::{PER_PAGE_DEFAULT, PER_PAGE_MAX},
    problem::quote,
    query::{PageToken, parse_count},
};
use utoipa::IntoParams;

/// The pointer to the token in a request.
const POINTER: &str = "/nextPageToken";

/// The paging parameters of the EPCIS binding.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// The number of members of the page; 30 if absent. A larger number than 1,000 counts as 1,000. A page of large
    /// members may have fewer.
    #[serde(rename = "perPage")]
    #[param(value_type = Option<u64>, minimum = 1)]
    per_page: Option<String>,
    /// The token of the next page, exactly as the previous page returned it. If absent, the first page is returned.
    #[serde(rename = "nextPageToken")]
    next_page_token: Option<String>,
}

impl Paging {
    /// The token of the page.
    pub(super) fn token(&self) -> Option<SentCursor<'_>> {
        self.next_page_token.as_deref().map(|text| SentCursor { text, pointer: POINTER })
    }

    /// The token of a page of a query.
    pub(super) fn query_token(&self) -> Option<PageToken> {
        let token = self.token()?;
        Some(PageToken { text: token.text.to_owned(), pointer: token.pointer.to_owned() })
    }

    /// The size that the request names, at most [`PER_PAGE_MAX`].
    ///
    /// # Errors
    /// `request.invalid_parameter`.
    pub(super) fn stated(&self) -> Result<Option<u32>, ApiError> {
        self.per_page.as_deref().map(per_page).transpose()
    }

    /// The size of the page.
    ///
    /// # Errors
    /// `request.invalid_parameter`.
    pub(super) fn limit(&self) -> Result<u32, ApiError> {
        Ok(self.stated()?.unwrap_or(PER_PAGE_DEFAULT))
    }
}

/// Reads `perPage`: at most [`PER_PAGE_MAX`].
///
/// # Errors
/// `request.invalid_parameter`.
pub(in crate::slice::provenance) fn per_page(text: &str) -> Result<u32, ApiError> {
    let wanted = parse_count(text).ok_or_else(|| {
        ApiError::new(&code::INVALID_PARAMETER, "A page has at least one member.").at(
            "/perPage",
            code::INVALID_PARAMETER.name,
            format!("{} is not a positive number", quote(text)),
        )
    })?;
    Ok(wanted.min(PER_PAGE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Params;
    use axum::extract::FromRequestParts as _;
    use http::Request;
    use standards_epcis::query::parse_parameters;

    async fn of_list(per_page: &str) -> Result<u32, ApiError> {
        let request = Request::get(format!("/epcis/epcs?perPage={per_page}")).body(()).expect("a request");
        let Params(paging) = Params::<Paging>::from_request_parts(&mut request.into_parts().0, &()).await?;
        paging.limit()
    }

    #[tokio::test]
    async fn a_list_and_an_event_query_read_a_number_alike() {
        let of_events = |per_page: &str| parse_parameters([("perPage", per_page)]).ok().map(|query| query.per_page);
        let (huge, long) = ("18446744073709551616", "9".repeat(1_000));
        for (text, expected) in [
            ("1", Some(1)),
            ("007", Some(7)),
            ("1000", Some(1_000)),
            ("1001", Some(1_000)),
            ("4294967296", Some(1_000)),
            (huge, Some(1_000)),
            (&long, Some(1_000)),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(of_events(text), expected, "{text}");
            let found = of_list(text).await;
            assert_eq!(found.as_ref().ok().copied(), expected, "{text}");
            if let Err(error) = found {
                let problem = error.problem();
                let at = (problem.code.as_str(), &*problem.errors[0].pointer);
                assert_eq!(at, (code::INVALID_PARAMETER.name, "/perPage"), "{text}");
            }
        }
    }
}
