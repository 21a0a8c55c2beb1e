//! The images that are not built here. Invariant: each is named by a tag that is not `latest`, and by its digest, as a
//! tag may point to something else tomorrow.

/// The image that the services run; it is built from this repository.
const OWN: &str = "waymark:";
/// The length of a digest: `sha256:` and 64 hexadecimal digits.
const DIGEST_LENGTH: usize = 71;

pub(super) fn problems(dockerfile: &str, compose: &str) -> Vec<String> {
    let images: Vec<&str> = in_dockerfile(dockerfile).chain(in_compose(compose)).collect();
    let mut problems: Vec<String> = images.iter().filter_map(|image| malformed(image)).collect();
    // A base image that is written out would be pinned nowhere.
    let bases = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM "));
    let bases = bases.filter(|base| !base.starts_with("${"));
    problems
        .extend(bases.map(|base| format!("`FROM {base}` names its image itself; use an ARG that ends with _IMAGE")));
    problems
}

fn in_dockerfile(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let argument = line.strip_prefix("ARG ").and_then(|rest| rest.split_once("_IMAGE="));
        argument.map(|(_, image)| image).or_else(|| line.strip_prefix("# syntax="))
    })
}

fn in_compose(text: &str) -> impl Iterator<Item = &str> {
    let images = text.lines().filter_map(|line| line.trim_start().strip_prefix("image: "));
    images.filter(|image| !image.starts_with(OWN))
}

fn malformed(image: &str) -> Option<String> {
    let Some((name, digest)) = image.split_once('@') else {
        return Some(format!("`{image}` has no digest; run script/pin-images"));
    };
    let tag = name.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
    if tag.is_none_or(|tag| tag == "latest" || tag.is_empty()) {
        return Some(format!("`{image}` names no version"));
    }
    let digits = digest.strip_prefix("sha256:").unwrap_or_default();
    let is_digest = digest.len() == DIGEST_LENGTH && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_digest).then(|| format!("`{image}` has a malformed digest"))
}
