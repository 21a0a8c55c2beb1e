//! The paging parameters of lists in the EPCIS binding. Invariant: a page has one member at least, and at most
//! [`PER_PAGE_MAX`], also when a request asks for more.

use crate::{
    error::{ApiError, code},
    page::SentCursor,
};
use serde::Deserialize;
use standards_epcis::{
    limit::{PER_PAGE_DEFAULT, PER_PAGE_MAX},
    query::PageToken,
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
    #[param(minimum = 1)]
    per_page: Option<u64>,
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
        if self.per_page == Some(0) {
            let detail = "A page has at least one member.";
            return Err(ApiError::new(&code::INVALID_PARAMETER, detail).at(
                "/perPage",
                code::INVALID_PARAMETER.name,
                "0 is out of range",
            ));
        }
        Ok(self.per_page.map(|wanted| u32::try_from(wanted).unwrap_or(u32::MAX).min(PER_PAGE_MAX)))
    }

    /// The size of the page.
    ///
    /// # Errors
    /// `request.invalid_parameter`.
    pub(super) fn limit(&self) -> Result<u32, ApiError> {
        Ok(self.stated()?.unwrap_or(PER_PAGE_DEFAULT))
    }
}
