//! Draws modules as SVG and PNG. Invariant: the size of an image is known from its modules and its scale.

use super::Modules;
use std::fmt::Write as _;

/// A drawing of squares, black on white. Dark modules that touch in a row are one rectangle.
pub(super) fn svg(modules: &Modules, scale: u8) -> String {
    let Modules { width, height, .. } = modules;
    let scale = usize::from(scale);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" \
         shape-rendering=\"crispEdges\"><rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/><path d=\"",
        width * scale,
        height * scale,
    );
    for (y, row) in modules.rows().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run[0] {
                let length = run.len();
                let _ = write!(out, "M{x} {y}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    out.push_str("\" fill=\"#000\"/></svg>");
    out
}

/// An image of one bit for each pixel.
pub(super) fn png(modules: &Modules, scale: u8) -> Result<Vec<u8>, png::EncodingError> {
    let scale = usize::from(scale);
    let (width, height) = (modules.width * scale, modules.height * scale);
    let line_bytes = width.div_ceil(8);
    let mut pixels = Vec::with_capacity(line_bytes * height);
    for row in modules.rows() {
        let mut line = vec![0_u8; line_bytes];
        for x in (0..width).filter(|x| !row[x / scale]) {
            line[x / 8] |= 0x80 >> (x % 8);
        }
        for _ in 0..scale {
            pixels.extend_from_slice(&line);
        }
    }
    let mut out = Vec::new();
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut out, side(width), side(height));
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}
