//! Images of barcodes that carry GS1 elements: QR codes with a GS1 Digital Link, and GS1 DataMatrix (GS1 General
//! Specifications, sections 5.6 and 5.10). Invariant: an image is bounded by [`SYMBOL_TEXT_BYTES_MAX`] and
//! [`SCALE_MAX`], and has the quiet zone of its standard.

mod draw;
mod modules;

pub(super) use modules::{Modules, Symbology};

use serde::Deserialize;
use utoipa::ToSchema;

/// The longest text that a symbol is made of, in bytes.
pub const SYMBOL_TEXT_BYTES_MAX: usize = 512;

/// The largest size of a module, in pixels.
pub const SCALE_MAX: u8 = 16;

/// The size of a module where the request does not give one, in pixels.
pub const SCALE_DEFAULT: u8 = 8;

/// The memory for the largest image, in bytes: a PNG of 185 modules of 16 pixels before it is compressed.
pub(super) const SYMBOL_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The format of an image.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    #[default]
    Svg,
    Png,
}

/// An image and its media type.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Draws modules of `scale` pixels.
///
/// # Errors
/// A failure of the encoder.
pub(super) fn draw(modules: &Modules, format: Format, scale: u8) -> Result<Image, png::EncodingError> {
    match format {
        Format::Svg => Ok(Image { media_type: "image/svg+xml", bytes: draw::svg(modules, scale).into_bytes() }),
        Format::Png => Ok(Image { media_type: "image/png", bytes: draw::png(modules, scale)? }),
    }
}
