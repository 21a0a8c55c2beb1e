//! Each missing part of a service definition, and each image that is not pinned as the others, is found.

use super::check;
use crate::source::SourceFile;

const COMPOSE: &str = include_str!("../../../compose.yaml");
const DOCKER: &str = include_str!("../../../Dockerfile");

fn problems(compose: &str, dockerfile: &str) -> Vec<String> {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let found = check(&[file("compose.yaml", compose), file("Dockerfile", dockerfile)]);
    found.into_iter().map(|finding| finding.message).collect()
}

#[test]
fn the_repositorys_own_files_pass() {
    assert_eq!(problems(COMPOSE, DOCKER), Vec::<String>::new());
}

#[test]
fn every_missing_part_is_found() {
    for (from, to, expected) in [
        ("      WAYMARK_KEK_FILE: /run/secrets/kek\n", "", "is not given `WAYMARK_KEK_FILE`"),
        ("command: [\"indexer\"]", "command: [\"gateway\"]", "must run `waymark indexer`"),
        ("image: waymark:local\n    pull_policy", "image: another:1\n    pull_policy", "must run waymark:local"),
        ("POSTGRES_DB", "POSTGRES_DATABASE", "is not given `POSTGRES_DB`"),
        ("POSTGRES_PASSWORD_FILE", "POSTGRES_PASSWORD", "the secret `POSTGRES_PASSWORD`"),
        ("WAYMARK_FOLLOW_TOKEN_FILE", "WAYMARK_FOLLOW_TOKEN", "the secret `WAYMARK_FOLLOW_TOKEN`"),
        ("//waymark_gateway_login@", "//postgres@", "log in at Postgres as `waymark_gateway_login`"),
        ("//waymark_indexer_login@", "//waymark_gateway_login@", "log in at Postgres as `waymark_indexer_login`"),
        ("    read_only: true\n", "", "needs `read_only: true`"),
        ("no-new-privileges:true", "no-new-privileges:false", "needs `no-new-privileges:true`"),
        ("cap_drop: [ALL]", "cap_drop: [CHOWN]", "needs `cap_drop: [ALL]`"),
        ("cap_add: [CHOWN,", "cap_add: [SYS_ADMIN,", "may have no capability but"),
        ("    user: \"10001:10001\"\n", "", "needs `user:`"),
        ("    user: \"999:999\"\n", "    user: \"0\"\n", "needs `user:`"),
        ("    mem_limit: 4g\n", "", "needs `mem_limit`"),
        ("    pids_limit: 512\n", "", "needs `pids_limit`"),
        ("    restart: unless-stopped\n", "", "needs `restart: unless-stopped`"),
        ("    restart: \"no\"\n", "", "needs `restart: no`"),
        ("    stop_grace_period: 60s\n", "", "needs `stop_grace_period`"),
        ("    healthcheck:\n      test", "    check:\n      test", "needs `healthcheck`"),
        ("  migrate:\n    image", "  migration:\n    image", "has no service `migrate`"),
        ("services:", "service:", "has no `services`"),
        ("[\"gateway\"]", "[\"gateway\"", "is not YAML"),
    ] {
        assert!(COMPOSE.contains(from), "{from}");
        let found = problems(&COMPOSE.replace(from, to), DOCKER);
        assert!(found.iter().any(|problem| problem.contains(expected)), "{from:?}: {found:?}");
    }
}

#[test]
fn images_are_pinned() {
    for name in ["docker/dockerfile:1", "node:20-bookworm-slim", "rust:1.95.0-bookworm", "debian:bookworm-slim"] {
        let found = problems(COMPOSE, &DOCKER.replace(&format!("{name}@sha256:"), &format!("{name}#")));
        assert!(found.iter().any(|problem| problem.contains("has no digest")), "{name}: {found:?}");
    }
    let found = problems(&COMPOSE.replace("postgres:17-bookworm@", "postgres:17-bookworm#"), DOCKER);
    assert!(found.iter().any(|problem| problem.contains("has no digest")), "{found:?}");
    for (from, to, expected) in [
        ("=node:20-bookworm-slim@", "=node@", "names no version"),
        ("=node:20-bookworm-slim@", "=node:latest@", "names no version"),
        ("=node:20-bookworm-slim@", "=node:20@sha256:12", "has a malformed digest"),
        ("FROM ${NODE_IMAGE} AS", "FROM node:20 AS", "names its image itself"),
    ] {
        assert!(DOCKER.contains(from), "{from}");
        let found = problems(COMPOSE, &DOCKER.replace(from, to));
        assert!(found.iter().any(|problem| problem.contains(expected)), "{from:?}: {found:?}");
    }
}

#[test]
fn a_missing_or_empty_file_is_found() {
    assert!(!check(&[]).is_empty());
    assert!(!problems("", DOCKER).is_empty());
}
