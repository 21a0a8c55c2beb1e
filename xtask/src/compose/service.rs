//! The rules for each service. Invariant: no service runs as root but the one that gives files to the others, none can
//! write its own image, and a process logs in at Postgres under its own name.

use saphyr::Yaml;

/// How long a service runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Always,
    Once,
}

/// A service with what it must have.
struct Service {
    name: &'static str,
    runs: Runs,
    /// Its login at Postgres.
    login: Option<&'static str>,
    /// Its environment variables.
    variables: &'static [&'static str],
}

const IMAGE: &str = "waymark:local";

const SERVICES: [Service; 5] = [
    Service { name: "secrets", runs: Runs::Once, login: None, variables: &[] },
    Service {
        name: "postgres",
        runs: Runs::Always,
        login: None,
        variables: &["POSTGRES_USER", "POSTGRES_PASSWORD_FILE", "POSTGRES_DB", "POSTGRES_INITDB_ARGS"],
    },
    Service {
        name: "migrate",
        runs: Runs::Once,
        login: Some("waymark_migrator_login"),
        variables: &["DATABASE_URL", "WAYMARK_DATABASE_PASSWORD_FILE"],
    },
    Service {
        name: "gateway",
        runs: Runs::Always,
        login: Some("waymark_gateway_login"),
        variables: &[
            "DATABASE_URL",
            "WAYMARK_DATABASE_PASSWORD_FILE",
            "WAYMARK_DATA_DIR",
            "WAYMARK_LISTEN",
            "WAYMARK_PUBLIC_URL",
            "WAYMARK_HOSTS",
            "WAYMARK_KEK_FILE",
            "WAYMARK_FOLLOW_TOKEN_FILE",
        ],
    },
    Service {
        name: "indexer",
        runs: Runs::Always,
        login: Some("waymark_indexer_login"),
        variables: &[
            "DATABASE_URL",
            "WAYMARK_DATABASE_PASSWORD_FILE",
            "WAYMARK_FOLLOW_URL",
            "WAYMARK_FOLLOW_TOKEN_FILE",
            "WAYMARK_KEK_FILE",
            "WAYMARK_HEALTH_LISTEN",
        ],
    },
];

/// The capabilities that a service may have; none for any other.
const CAPABILITIES: &[(&str, &[&str])] = &[("secrets", &["CHOWN", "DAC_OVERRIDE", "FOWNER"])];

/// Variables whose value is a secret, unless their name ends with `_FILE`.
const SECRET_WORDS: [&str; 4] = ["PASSWORD", "TOKEN", "SECRET", "KEK"];

pub(super) fn problems(document: &Yaml<'_>) -> Vec<String> {
    let Some(services) = document.as_mapping_get("services") else {
        return vec!["has no `services`".to_owned()];
    };
    let mut problems = Vec::new();
    for service in &SERVICES {
        match services.as_mapping_get(service.name) {
            Some(found) => service.check(found, &mut problems),
            None => problems.push(format!("has no service `{}`", service.name)),
        }
    }
    problems
}

impl Service {
    fn check(&self, found: &Yaml<'_>, problems: &mut Vec<String>) {
        let mut complain = |what: String| problems.push(format!("service `{}` {what}", self.name));
        self.check_command(found, &mut complain);
        self.check_environment(found, &mut complain);
        self.check_rights(found, &mut complain);
        self.check_lifecycle(found, &mut complain);
    }

    fn check_command(&self, found: &Yaml<'_>, complain: &mut impl FnMut(String)) {
        if self.name == "postgres" {
            return;
        }
        if text(found, "image") != Some(IMAGE) {
            complain(format!("must run {IMAGE}"));
        }
        if list(found, "command").first() != Some(&self.name) {
            complain(format!("must run `waymark {}`", self.name));
        }
    }

    fn check_environment(&self, found: &Yaml<'_>, complain: &mut impl FnMut(String)) {
        let environment = found.as_mapping_get("environment");
        for variable in self.variables {
            if !environment.is_some_and(|environment| environment.contains_mapping_key(variable)) {
                complain(format!("is not given `{variable}`"));
            }
        }
        let pairs = environment.and_then(Yaml::as_mapping).into_iter().flatten();
        for name in pairs.filter_map(|(name, _)| name.as_str()) {
            if SECRET_WORDS.iter().any(|word| name.contains(word)) && !name.ends_with("_FILE") {
                complain(format!("has the secret `{name}` in its environment; give it a file"));
            }
        }
        let url = environment.and_then(|environment| text(environment, "DATABASE_URL"));
        if let Some(login) = self.login
            && !url.is_some_and(|url| url.starts_with(&format!("postgres://{login}@")))
        {
            complain(format!("must log in at Postgres as `{login}`, with the password from its file"));
        }
    }

    fn check_rights(&self, found: &Yaml<'_>, complain: &mut impl FnMut(String)) {
        if found.as_mapping_get("read_only").and_then(Yaml::as_bool) != Some(true) {
            complain("needs `read_only: true`".to_owned());
        }
        if !list(found, "security_opt").contains(&"no-new-privileges:true") {
            complain("needs `no-new-privileges:true`".to_owned());
        }
        if list(found, "cap_drop") != ["ALL"] {
            complain("needs `cap_drop: [ALL]`".to_owned());
        }
        let capabilities = CAPABILITIES.iter().find(|(name, _)| *name == self.name);
        let allowed = capabilities.map_or(&[][..], |(_, allowed)| *allowed);
        if list(found, "cap_add").iter().any(|added| !allowed.contains(added)) {
            complain(format!("may have no capability but {allowed:?}"));
        }
        let is_root = text(found, "user").is_none_or(|user| user.starts_with('0') || user.starts_with("root"));
        if is_root && capabilities.is_none() {
            complain("needs `user:` with a number that is not 0".to_owned());
        }
        for limit in ["mem_limit", "pids_limit"] {
            if !found.contains_mapping_key(limit) {
                complain(format!("needs `{limit}`"));
            }
        }
    }

    fn check_lifecycle(&self, found: &Yaml<'_>, complain: &mut impl FnMut(String)) {
        let (restart, keys): (_, &[&str]) = match self.runs {
            Runs::Always => ("unless-stopped", &["healthcheck", "stop_grace_period"]),
            Runs::Once => ("no", &[]),
        };
        if text(found, "restart") != Some(restart) {
            complain(format!("needs `restart: {restart}`"));
        }
        for key in keys {
            if !found.contains_mapping_key(key) {
                complain(format!("needs `{key}`"));
            }
        }
    }
}

fn text<'a>(found: &'a Yaml<'_>, key: &str) -> Option<&'a str> {
    found.as_mapping_get(key)?.as_str()
}

fn list<'a>(found: &'a Yaml<'_>, key: &str) -> Vec<&'a str> {
    let items = found.as_mapping_get(key).and_then(|items| items.as_sequence());
    items.into_iter().flatten().filter_map(Yaml::as_str).collect()
}
