//! What the header accepts, and values with and without prefixes.

use super::*;
use http::HeaderValue;

fn read(text: &str) -> Result<Extensions, ApiError> {
    Extensions::of(&HeaderMap::from_iter([(EXTENSIONS, HeaderValue::try_from(text).expect("a header"))]))
}

#[test]
fn a_list_of_namespaces_is_read() {
    assert_eq!(Extensions::of(&HeaderMap::new()).expect("absent"), Extensions::default());
    let read_pairs = |text| -> Vec<(String, String)> {
        let Extensions(found) = read(text).expect(text);
        found.into_iter().map(|it| (it.prefix, it.namespace)).collect()
    };
    let pair = |prefix: &str, namespace: &str| (prefix.to_owned(), namespace.to_owned());
    assert_eq!(
        read_pairs("a=https://a.example/, ,b = urn:x:,"),
        [pair("a", "https://a.example/"), pair("b", "urn:x:")]
    );
    assert_eq!(read_pairs(""), []);
}

#[test]
fn a_list_with_a_fault_is_refused() {
    let pairs = |count: usize| (0..count).map(|n| format!("p{n}=urn:x:{n}")).collect::<Vec<_>>().join(",");
    assert!(read(&pairs(EXTENSIONS_MAX)).is_ok());
    for bad in [
        "a",
        "a=",
        "=urn:x:",
        "a=b",
        "1=urn:x:",
        "a b=urn:x:",
        "a=urn:",
        "a=urn:x y",
        "a=urn:x:,a=urn:y:",
        "cbv=urn:x:",
        "urn=https://a.example/",
        "https=urn:x:",
        "URN=https://a.example/",
        "type=https://a.example/",
        "id=https://a.example/",
        "isA=https://a.example/",
        "member=https://a.example/",
        "Collection=https://a.example/",
        "shipping=https://a.example/",
        "active=https://a.example/",
        "did_not_occur=https://a.example/",
        "Temperature=https://a.example/",
        "bizStep=https://a.example/",
        "epcClass=https://a.example/",
        "ObjectEvent=https://a.example/",
        "EPCISQueryDocument=https://a.example/",
        "a={urn:x:}",
        &pairs(EXTENSIONS_MAX + 1),
    ] {
        let error = read(bad).expect_err(bad);
        assert_eq!(
            (error.code().name, &*error.problem().errors[0].pointer),
            ("request.invalid_header", "/GS1-Extensions")
        );
    }
}

#[test]
fn a_prefix_is_written_where_it_changes_no_meaning() {
    let extensions = read("a=https://a.example/,deep=https://a.example/deep/,z=urn:z:").expect("namespaces");
    let mut values =
        ["https://a.example/deep/x", "https://a.example/y", "https://a.example/", "shipping", "z:own", "urn:z:1"]
            .map(str::to_owned);
    let used: Vec<&str> = extensions.shorten(&mut values).iter().map(|it| &*it.prefix).collect();
    assert_eq!(values, ["deep:x", "a:y", "https://a.example/", "shipping", "z:own", "urn:z:1"]);
    assert_eq!(used, ["deep", "a"]);
    for (short, long) in [("deep:x", "https://a.example/deep/x"), ("a:y", "https://a.example/y"), ("b:y", "b:y")] {
        assert_eq!(extensions.expand(short), long);
    }
    let mut odd = ["urn:z://x".to_owned()];
    assert!(extensions.shorten(&mut odd).is_empty());
    assert_eq!(extensions.expand("a://x"), "a://x");
}
