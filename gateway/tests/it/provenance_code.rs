//! Tests the images of barcodes: what is drawn is read by another library.

use crate::stack::{Answer, Stack, segment};
use gateway::provenance::symbol::{SCALE_MAX, SYMBOL_TEXT_BYTES_MAX};
use http::{Method, StatusCode};
use rxing::{BarcodeFormat, helpers::detect_in_luma};
use serde_json::json;
use std::io::Cursor;

const SYMBOLS: [(&str, BarcodeFormat); 2] =
    [("qr", BarcodeFormat::QR_CODE), ("datamatrix", BarcodeFormat::DATA_MATRIX)];

async fn draw(stack: &Stack, data: &str, rest: &str) -> Answer {
    stack.get(&format!("/v1/provenance/codes?data={}&{rest}", segment(data))).await
}

/// The brightness of each pixel of a PNG, and its width.
fn pixels_of_png(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut luma = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut luma).expect("pixels");
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
    (luma, info.width as usize)
}

/// The same of an SVG of rectangles `M{x} {y}h{length}v1h-{length}z`, with pixels of `scale` for each module.
fn pixels_of_svg(text: &str, scale: usize) -> (Vec<u8>, usize) {
    let between = |start: &str, end: &str| text.split_once(start).expect(start).1.split_once(end).expect(end).0;
    let size: Vec<usize> =
        between("viewBox=\"0 0 ", "\"").split(' ').map(|side| side.parse().expect("a side")).collect();
    let width = size[0] * scale;
    let mut luma = vec![255; width * size[1] * scale];
    for run in between("<path d=\"", "\"").split_terminator('z') {
        let (x, rest) = run.strip_prefix('M').and_then(|run| run.split_once(' ')).expect("x");
        let (y, rest) = rest.split_once('h').expect("y");
        let (length, _) = rest.split_once("v1h-").expect("a length");
        let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().expect("a number") * scale);
        for line in luma.chunks_mut(width).skip(y).take(scale) {
            line[x..x + length].fill(0);
        }
    }
    (luma, width)
}

fn read((luma, width): (Vec<u8>, usize), format: BarcodeFormat) -> String {
    let height = luma.len() / width;
    let side = |pixels: usize| u32::try_from(pixels).expect("a side");
    let found = detect_in_luma(luma, side(width), side(height), Some(format)).expect("a symbol is found");
    found.getText().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_symbol_is_read_as_what_it_was_made_of() {
    let stack = Stack::start().await;
    let root = format!("https://gateway.test/id/{}", stack.tenant.tenant);
    let elements = "(01)09506000134352(10)AB/C(21)a1(17)261231(3103)000195";
    let path = "/01/09506000134352/10/AB%2FC/21/a1?17=261231&3103=000195";
    let scanned = "010950600013435210AB/C\u{1d}21a1\u{1d}172612313103000195";
    let cases = [
        (elements.to_owned(), format!("{root}{path}")),
        (path.to_owned(), format!("{root}{path}")),
        (format!("https://brand.example/some{path}"), format!("https://brand.example/some{path}")),
    ];
    for (data, link) in &cases {
        for ((symbol, format), expected) in SYMBOLS.iter().zip([&**link, scanned]) {
            let png = draw(&stack, data, &format!("symbol={symbol}&format=png&scale=4")).await;
            assert_eq!((png.status, png.header("content-type")), (StatusCode::OK, "image/png"), "{}", png.text());
            let text = read(pixels_of_png(&png.body), *format);
            assert_eq!(text.trim_start_matches('\u{1d}'), expected, "{symbol} of {data}");
            let svg = draw(&stack, data, &format!("symbol={symbol}")).await;
            assert_eq!((svg.status, svg.header("content-type")), (StatusCode::OK, "image/svg+xml"));
            // Both images have the same modules.
            assert_eq!(pixels_of_svg(&svg.text(), 4), pixels_of_png(&png.body), "{symbol} of {data}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_bounded_and_its_data_valid() {
    let stack = Stack::start().await;
    // Attributes of 90 characters, each of which is written as three in a link.
    let long = |bytes: usize| {
        let mut text = "(01)09506000134352".to_owned();
        for ai in ["(91)", "(92)", "(93)", "(94)", "(95)", "(96)"] {
            let rest = bytes - text.len();
            if rest > ai.len() {
                text.push_str(ai);
                text.push_str(&"+".repeat((rest - ai.len()).min(90)));
            }
        }
        assert_eq!(text.len(), bytes);
        text
    };
    for (symbol, _) in SYMBOLS {
        let rest = format!("symbol={symbol}&format=png&scale={SCALE_MAX}");
        let largest = draw(&stack, &long(SYMBOL_TEXT_BYTES_MAX), &rest).await;
        assert_eq!(largest.status, StatusCode::OK, "{}", largest.text());
        let (luma, width) = pixels_of_png(&largest.body);
        assert!(width <= 185 * usize::from(SCALE_MAX) && luma.len() == width * width, "{width}");
        let longer = draw(&stack, &long(SYMBOL_TEXT_BYTES_MAX + 1), &rest).await;
        assert_eq!(longer.problem(400, "request.invalid_parameter")["errors"][0]["pointer"], "/data");
    }
    for scale in [0, SCALE_MAX + 1] {
        let answer = draw(&stack, "(01)09506000134352", &format!("symbol=qr&scale={scale}")).await;
        assert_eq!(answer.problem(400, "request.invalid_parameter")["errors"][0]["pointer"], "/scale");
    }
    for (data, code) in [
        ("(01)09506000134353", "gs1.wrong_check_digit"),
        ("(10)A", "gs1.no_key"),
        ("hello", "gs1.no_key"),
        ("", "gs1.no_key"),
    ] {
        let problem = draw(&stack, data, "symbol=qr").await.problem(400, "provenance.invalid_digital_link");
        assert_eq!((&problem["errors"][0]["code"], &problem["errors"][0]["pointer"]), (&json!(code), &json!("/data")));
    }
    for rest in ["", "symbol=aztec", "symbol=qr&format=gif", "symbol=qr&other=1"] {
        draw(&stack, "(01)09506000134352", rest).await.problem(400, "request.invalid_parameter");
    }
    let anonymous = "/v1/provenance/codes?data=(01)09506000134352&symbol=qr";
    assert_eq!(stack.send_as(None, Method::GET, anonymous, &[], b"").await.status, StatusCode::UNAUTHORIZED);
}
