//! `GET /v1/provenance/codes`: the image of a barcode. Invariant: what is drawn is valid, and an image costs at most
//! what its limits allow.

use crate::{
    auth::{Scoped, scope},
    budget::Charge,
    error::{ApiError, code as common, problems},
    params::Params,
    provenance::{
        code,
        resolver::{self, identifier},
        symbol::{
            self, Format, Image, Modules, SCALE_DEFAULT, SCALE_MAX, SYMBOL_BYTES_MAX, SYMBOL_TEXT_BYTES_MAX, Symbology,
        },
    },
    state::Gateway,
};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use serde::Deserialize;
use standards_gs1::digital_link::{DigitalLink, Root};
use std::sync::Arc;
use utoipa::IntoParams;

/// The parameters of an image.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeQuery {
    /// A GS1 Digital Link, its path, or an element string in brackets, such as `(01)09506000134352(10)ABC`; at most 512
    /// bytes.
    data: String,
    /// `qr` for a QR code with a Digital Link, `datamatrix` for a GS1 DataMatrix with an element string.
    #[param(inline)]
    symbol: Symbology,
    /// `svg` or `png`; `svg` if absent.
    #[param(inline)]
    format: Option<Format>,
    /// The size of a module, from 1 to 16 pixels; 8 if absent.
    scale: Option<u8>,
}

impl CodeQuery {
    fn scale(&self) -> Result<u8, ApiError> {
        match self.scale.unwrap_or(SCALE_DEFAULT) {
            scale @ 1..=SCALE_MAX => Ok(scale),
            scale => Err(invalid("/scale", format!("{scale} is not from 1 to {SCALE_MAX}"))),
        }
    }

    fn link(&self) -> Result<DigitalLink, ApiError> {
        if self.data.len() > SYMBOL_TEXT_BYTES_MAX {
            return Err(invalid("/data", format!("has more than {SYMBOL_TEXT_BYTES_MAX} bytes")));
        }
        identifier::parse_link(&self.data, "/data")
    }
}

problems!(common::INVALID_PARAMETER, code::INVALID_DIGITAL_LINK);

/// Draws a barcode. A QR code carries a GS1 Digital Link: as it was sent, or at the tenant's resolver when no host was
/// sent. A GS1 DataMatrix carries the elements of the same link as an element string.
#[utoipa::path(
    get, path = "/v1/provenance/codes", tag = "provenance", operation_id = "drawCode",
    params(CodeQuery),
    responses(
        (status = 200, description = "The image, an SVG or a PNG of one bit for each pixel", content(
            (String = "image/svg+xml"),
            (String = "image/png"),
        )),
        Problems,
    ),
)]
pub(super) async fn draw_code(
    caller: Scoped<scope::ProvenanceRead>,
    State(gateway): State<Arc<Gateway>>,
    Params(query): Params<CodeQuery>,
) -> Result<Response, ApiError> {
    let (scale, format) = (query.scale()?, query.format.unwrap_or_default());
    let link = query.link()?;
    let root = resolver::root(&gateway.config.issuer, caller.tenant);
    Charge::reserve(SYMBOL_BYTES_MAX).await?.keep_for_answer();
    let image = gateway.processors.compute(move || image(&link, root, query.symbol, format, scale)).await??;
    Ok(([(header::CONTENT_TYPE, image.media_type)], image.bytes).into_response())
}

fn image(link: &DigitalLink, root: String, symbol: Symbology, format: Format, scale: u8) -> Result<Image, ApiError> {
    let modules = match symbol {
        Symbology::Qr => Modules::qr(&address(link, root)?),
        Symbology::DataMatrix => Modules::data_matrix(link.elements()),
    };
    let modules = modules.ok_or_else(|| invalid("/data", "does not fit into a symbol of this kind"))?;
    symbol::draw(&modules, format, scale).map_err(|error| ApiError::internal(&error))
}

/// The link as it was sent, or at the tenant's resolver when it has no host.
fn address(link: &DigitalLink, root: String) -> Result<String, ApiError> {
    let root = if link.origin().is_empty() { root } else { format!("{}{}", link.origin(), link.stem()) };
    let root = Root::parse(&root).map_err(|problem| invalid("/data", problem.detail))?;
    Ok(link.at(&root))
}

fn invalid(pointer: &str, detail: impl Into<String>) -> ApiError {
    ApiError::new(&common::INVALID_PARAMETER, "A parameter of the image is not valid.").at(
        pointer,
        common::INVALID_PARAMETER.name,
        detail,
    )
}
