//! The check `compose`: `compose.yaml` defines the documented services. Invariant: each service has every environment
//! variable that it needs. The gateway and the indexer run the same image.

#[cfg(test)]
mod tests;

use saphyr::{LoadableYamlNode, Yaml};

use crate::{finding::Finding, source::SourceFile};

const PATH: &str = "compose.yaml";
const RULE: &str = "compose";

/// Each service with the environment variables that it must have.
const SERVICES: [(&str, &[&str]); 3] = [
    ("postgres", &["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"]),
    ("gateway", &["DATABASE_URL", "WAYMARK_DATA_DIR", "WAYMARK_LISTEN", "WAYMARK_KEK_FILE", "WAYMARK_FOLLOW_TOKEN"]),
    ("indexer", &["DATABASE_URL", "WAYMARK_FOLLOW_URL", "WAYMARK_FOLLOW_TOKEN"]),
];

/// The services that run the same image. The first word of each command is the service's name.
const FROM_ONE_IMAGE: [&str; 2] = ["gateway", "indexer"];

/// Reads `compose.yaml` among `files` and checks its structure.
pub(crate) fn check(files: &[SourceFile]) -> Vec<Finding> {
    let problems = match files.iter().find(|file| file.path == PATH) {
        Some(file) => match Yaml::load_from_str(&file.text) {
            Ok(documents) => documents.first().map_or_else(|| vec!["is empty".to_owned()], problems_of),
            Err(error) => vec![format!("is not YAML: {error}")],
        },
        None => vec!["is missing".to_owned()],
    };
    problems.into_iter().map(|problem| Finding::whole(PATH, RULE, problem)).collect()
}

fn problems_of(document: &Yaml<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let Some(services) = document.as_mapping_get("services") else {
        return vec!["has no `services`".to_owned()];
    };
    for (name, variables) in SERVICES {
        let Some(service) = services.as_mapping_get(name) else {
            problems.push(format!("has no service `{name}`"));
            continue;
        };
        let environment = service.as_mapping_get("environment");
        for variable in variables {
            if !environment.is_some_and(|environment| environment.contains_mapping_key(variable)) {
                problems.push(format!("service `{name}` is not given `{variable}`"));
            }
        }
    }
    let images = FROM_ONE_IMAGE.map(|name| text_of(services, name, "image"));
    if images[0].is_none() || images[0] != images[1] {
        problems.push(format!("{} must name one image", FROM_ONE_IMAGE.join(" and ")));
    }
    for name in FROM_ONE_IMAGE {
        let command = services.as_mapping_get(name).and_then(|service| service.as_mapping_get("command"));
        let first_word = command.and_then(|command| command.as_sequence_get(0)).and_then(|word| word.as_str());
        if first_word != Some(name) {
            problems.push(format!("service `{name}` must run `waymark {name}`"));
        }
    }
    problems
}

fn text_of<'a>(services: &'a Yaml<'_>, service: &str, key: &str) -> Option<&'a str> {
    services.as_mapping_get(service)?.as_mapping_get(key)?.as_str()
}
