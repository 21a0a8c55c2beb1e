//! Serves the web console, the API pages and GraphiQL, which are embedded in the binary. Invariant: pages load nothing
//! from other origins. A path under an API prefix is never answered with a page.

use crate::{
    budget::Uncharged,
    error::{ApiError, code},
};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;

/// The output of `npm run build` in `web/dist`; empty in a build without Node.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Files;

/// Path prefixes of the API, which are never answered with a page.
const API_PREFIXES: [&str; 6] = ["/v1/", "/epcis/", "/id/", "/oauth/", "/graphql", "/.well-known/"];
/// The content security policy of pages: they load from this origin and connect to this origin only.
const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";
/// The policy of Swagger UI and GraphiQL. They write style elements, load fonts from data URLs, and GraphiQL's editor
/// starts workers from blobs.
const DEVELOPER_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; \
    style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";
/// The folders of the pages with [`DEVELOPER_POLICY`].
const DEVELOPER_FOLDERS: [&str; 2] = ["docs/", "graphiql/"];
const MISSING_PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Waymark</title>\
    <h1>The console is not in this build</h1><p>The API works: see <a href=\"/openapi.json\">/openapi.json</a>. \
    To have the console, run <code>make build</code>, which needs Node.</p>";

/// Whether this build contains the console.
pub fn is_embedded() -> bool {
    Files::get("index.html").is_some()
}

/// Answers a path without a route: with an embedded file, with the console's page (for its client-side routes), or with
/// a problem.
pub async fn fallback(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let is_api = API_PREFIXES.iter().any(|prefix| path.starts_with(prefix));
    if is_api || (method != Method::GET && method != Method::HEAD) {
        return not_found(path);
    }
    let name = path.trim_start_matches('/');
    let folder_page = format!("{}/index.html", name.trim_end_matches('/'));
    let candidates = [name.to_owned(), folder_page.trim_start_matches('/').to_owned()];
    if let Some((name, file)) = candidates.into_iter().find_map(|name| Files::get(&name).map(|file| (name, file))) {
        return answer(&name, file, &headers);
    }
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let response = match wants_page.then(|| Files::get("index.html")) {
        Some(Some(page)) => answer("index.html", page, &headers),
        Some(None) => page(MISSING_PAGE),
        None => not_found(path),
    };
    ([(header::VARY, "Accept")], response).into_response()
}

/// Whether a path holds an identifier that was not percent-encoded: a URI with slashes of its own, or a URN.
fn has_identifier(path: &str) -> bool {
    path.contains(':') || path.contains("//")
}

fn not_found(path: &str) -> Response {
    let detail = if has_identifier(path) {
        "There is no such route; /openapi.json lists all of them. An identifier is one segment of a path: percent-encode \
         each of its characters but letters, digits and -._~, so that / is %2F and ? is %3F."
    } else {
        "There is no such route; /openapi.json lists all of them."
    };
    ApiError::new(&code::NOT_FOUND, detail).into_response()
}

fn page(text: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, PAGE_POLICY)];
    (headers, text).into_response()
}

fn answer(name: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| is_named(known, &tag));
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { content(file).into_response() };
    response.extensions_mut().insert(Uncharged);
    // Names under assets/ contain a hash of their content. Any other file may change with the next version.
    let is_immutable = name.starts_with("assets/");
    let cache = if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy(name)));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let is_text = kind.type_() == mime_guess::mime::TEXT;
    let kind = if is_text { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    if let Ok(kind) = HeaderValue::try_from(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn policy(name: &str) -> &'static str {
    let is_developer_page = DEVELOPER_FOLDERS.iter().any(|folder| name.starts_with(folder));
    if is_developer_page { DEVELOPER_POLICY } else { PAGE_POLICY }
}

/// The content of a file. It is part of the binary, so however many clients leave it unread, no copy of it is made.
fn content(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        // A build with debug assertions reads the file from the disk.
        Cow::Owned(data) => Bytes::from(data),
    }
}

/// Whether `If-None-Match` names a tag (RFC 9110, section 13.1.2).
fn is_named(known: &HeaderValue, tag: &str) -> bool {
    let tags = known.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.into_iter().any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: &[u8] = b"export {}";

    fn file() -> EmbeddedFile {
        let metadata = rust_embed::Metadata::__rust_embed_new([7; 32], None, None, "text/javascript");
        EmbeddedFile { data: Cow::Borrowed(DATA), metadata }
    }

    #[tokio::test]
    async fn a_file_is_sent_without_a_copy() {
        let response = answer("assets/index-1.js", file(), &HeaderMap::new());
        assert!(response.extensions().get::<Uncharged>().is_some());
        let body = axum::body::to_bytes(response.into_body(), 100).await.expect("small");
        assert_eq!(body.as_ptr(), DATA.as_ptr(), "the very bytes of the binary");
    }

    #[tokio::test]
    async fn an_identifier_with_slashes_is_told_from_a_wrong_route() {
        for (path, is_told) in [
            ("/epcis/events/https://id.gs1.org/01/04012345000023", true),
            ("/v1/x/ni:///sha-256;ab", true),
            ("/v1/none", false),
            ("/epcis/none", false),
        ] {
            let body = axum::body::to_bytes(not_found(path).into_body(), 4_096).await.expect("small");
            assert_eq!(String::from_utf8_lossy(&body).contains("percent-encode"), is_told, "{path}");
        }
    }

    #[test]
    fn only_developer_pages_may_write_styles() {
        for (name, may) in [
            ("index.html", false),
            ("verify/index.html", false),
            ("docs/index.html", true),
            ("graphiql/index.html", true),
        ] {
            assert_eq!(policy(name).contains("unsafe-inline"), may, "{name}");
        }
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        let tag = format!("\"{}\"", "07".repeat(32));
        let answered = |known: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(known).expect("a value"));
            answer("index.html", file(), &headers).status()
        };
        for known in [tag.clone(), format!("W/{tag}"), format!("\"a\", {tag}"), "*".to_owned()] {
            assert_eq!(answered(&known), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(answered("\"a\""), StatusCode::OK);
    }
}
