//! The published canonical links of EPCs are canonical here, too. A few of them have a wrong check digit, which the
//! conversion of an EPC does not look at, and are refused for that alone.

use standards_gs1::{
    digital_link::{DigitalLink, Reading},
    problem::code,
};

use super::shared_data::json;

#[test]
fn every_published_link() {
    let file = json("extracted/epc-urn-to-canonical-digital-link.json");
    let cases = file["cases"].as_array().expect("a list of cases");
    let (mut read, mut refused) = (0, 0);
    for expected in cases.iter().filter_map(|case| case["expected"].as_str()) {
        match DigitalLink::parse(expected, Reading::STRICT) {
            Ok(link) => {
                assert_eq!(link.canonical(), expected);
                assert_eq!(link.identifier().canonical(), expected);
                read += 1;
            }
            Err(problem) => {
                assert_eq!(problem.code, code::WRONG_CHECK_DIGIT, "{expected}: {problem}");
                refused += 1;
            }
        }
    }
    assert_eq!((read, refused), (60, 2));
}
