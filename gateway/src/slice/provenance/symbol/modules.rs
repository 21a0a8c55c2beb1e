//! The modules of a symbol, its light and dark squares. Invariant: the quiet zone is part of the modules.

use datamatrix::{DataMatrixBuilder, SymbolList};
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;
use standards_gs1::{
    element::Element,
    element_string::{self, Notation},
};
use utoipa::ToSchema;

/// A kind of symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::slice::provenance) enum Symbology {
    /// A QR code whose text is a Digital Link.
    Qr,
    /// A GS1 DataMatrix whose data is an element string.
    DataMatrix,
}

/// The quiet zone of a QR code, in modules (ISO/IEC 18004).
const QR_QUIET: usize = 4;
/// The quiet zone of a Data Matrix, in modules (ISO/IEC 16022).
const DATA_MATRIX_QUIET: usize = 1;

/// The modules of a symbol with its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::slice::provenance) struct Modules {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Row by row; true is dark.
    pub(super) dark: Vec<bool>,
}

impl Modules {
    /// A QR code of a text, with error correction of level M. `None` when it does not fit.
    pub(in crate::slice::provenance) fn qr(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self::with_quiet_zone(&dark, code.width(), QR_QUIET))
    }

    /// A GS1 DataMatrix of elements. `None` when they do not fit.
    pub(in crate::slice::provenance) fn data_matrix<'e>(
        elements: impl IntoIterator<Item = &'e Element>,
    ) -> Option<Self> {
        let data = element_string::write(elements, Notation::Scanned);
        let builder = DataMatrixBuilder::new().with_symbol_list(SymbolList::default().enforce_square());
        let symbol = builder.with_macros(false).with_fnc1_start(true).encode(data.as_bytes()).ok()?;
        let bitmap = symbol.bitmap();
        let (width, height) = (bitmap.width(), bitmap.height());
        let mut dark = vec![false; width * height];
        for (x, y) in bitmap.pixels() {
            dark[y * width + x] = true;
        }
        Some(Self::with_quiet_zone(&dark, width, DATA_MATRIX_QUIET))
    }

    fn with_quiet_zone(dark: &[bool], inner: usize, quiet: usize) -> Self {
        let rows = dark.chunks(inner);
        let (width, height) = (inner + 2 * quiet, rows.len() + 2 * quiet);
        let mut out = vec![false; width * height];
        for (y, row) in rows.enumerate() {
            let start = (y + quiet) * width + quiet;
            out[start..start + inner].copy_from_slice(row);
        }
        Self { width, height, dark: out }
    }

    /// The rows, from the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.width)
    }
}
