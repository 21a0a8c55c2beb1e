//! The check `compose`: `compose.yaml` defines the documented services, and each of them may do as little as possible.
//! Invariant: each service has what it needs and no secret in its environment; the images are pinned all or none.

mod image;
mod service;
#[cfg(test)]
mod tests;

use saphyr::{LoadableYamlNode, Yaml};

use crate::{finding::Finding, source::SourceFile};

const PATH: &str = "compose.yaml";
const DOCKERFILE: &str = "Dockerfile";
const RULE: &str = "compose";

/// Reads `compose.yaml` and `Dockerfile` among `files` and checks them.
pub(crate) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let text = |path| files.iter().find(|file| file.path == path).map(|file| &*file.text);
    let problems = match text(PATH) {
        Some(compose) => match Yaml::load_from_str(compose) {
            Ok(documents) => documents.first().map_or_else(|| vec!["is empty".to_owned()], service::problems),
            Err(error) => vec![format!("is not YAML: {error}")],
        },
        None => vec!["is missing".to_owned()],
    };
    let images = image::problems(text(DOCKERFILE).unwrap_or_default(), text(PATH).unwrap_or_default());
    let finding = |path| move |problem| Finding::whole(path, RULE, problem);
    problems.into_iter().map(finding(PATH)).chain(images.into_iter().map(finding(DOCKERFILE))).collect()
}
