//! The check `layers`: compares the imports between crates with the architecture's table. Invariant: a crate without a
//! row fails the check. Boundaries finer than a crate are checked as text.

mod boundary;
mod table;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::Context;
use cargo_metadata::{DependencyKind, MetadataCommand};

use self::table::{EXCLUSIVE, LAYERS, Layer, PURE_EXTERNAL, Tests};
use crate::{finding::Finding, source::SourceFile};

/// The facts about a workspace crate that the check needs.
#[derive(Debug, Clone)]
struct Manifest {
    name: String,
    /// The manifest's folder, relative to the repository's root.
    folder: String,
    imports: Vec<Import>,
}

/// A declared dependency.
#[derive(Debug, Clone)]
struct Import {
    name: String,
    /// Whether it is a crate of this workspace.
    is_ours: bool,
    /// Whether it is in `[dev-dependencies]`.
    is_for_tests: bool,
}

/// Compares every manifest with the table, and every source file with the finer boundaries.
///
/// # Errors
/// When `cargo metadata` cannot be run in `root`.
pub(crate) fn check(root: &Path, files: &[SourceFile]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for manifest in read_manifests(root)? {
        check_manifest(&manifest, &mut findings);
    }
    boundary::check(files, &mut findings);
    Ok(findings)
}

fn read_manifests(root: &Path) -> anyhow::Result<Vec<Manifest>> {
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .no_deps()
        .exec()
        .context("reading the manifests with cargo metadata")?;
    let mut manifests = Vec::new();
    for package in &metadata.packages {
        let folder = package.manifest_path.parent().context("a manifest has a folder")?;
        let folder = folder.strip_prefix(&metadata.workspace_root)?.as_str().replace('\\', "/");
        let imports = package.dependencies.iter().map(|dependency| Import {
            name: dependency.name.clone(),
            is_ours: dependency.path.is_some(),
            is_for_tests: dependency.kind == DependencyKind::Development,
        });
        manifests.push(Manifest { name: package.name.to_string(), folder, imports: imports.collect() });
    }
    Ok(manifests)
}

fn check_manifest(manifest: &Manifest, findings: &mut Vec<Finding>) {
    let path = format!("{}/Cargo.toml", manifest.folder);
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == manifest.name) else {
        let message = format!("`{}` has no row in xtask/src/layers/table.rs", manifest.name);
        findings.push(Finding::whole(&path, "layer", message));
        return;
    };
    if layer.folder != manifest.folder {
        let message = format!("`{}` belongs in `{}`", layer.name, layer.folder);
        findings.push(Finding::whole(&path, "layer", message));
    }
    for import in &manifest.imports {
        if let Some(message) = refusal(layer, import) {
            findings.push(Finding::whole(&path, "layer", message));
        }
    }
}

/// The reason why `layer` may not import `import`, or `None` when it may.
fn refusal(layer: &Layer, import: &Import) -> Option<String> {
    let Layer { name, .. } = layer;
    let wanted = &import.name;
    let is_free = import.is_for_tests && matches!(layer.tests, Tests::ImportAnything);
    if import.is_ours {
        let allowed = is_free || layer.imports.contains(&wanted.as_str());
        return (!allowed).then(|| format!("`{name}` must not import `{wanted}`"));
    }
    if let Some((_, owners)) = EXCLUSIVE.iter().find(|(external, _)| external == wanted) {
        let allowed = is_free || owners.contains(name);
        return (!allowed).then(|| format!("only {} may import `{wanted}`", owners.join(" and ")));
    }
    let allowed = !layer.is_pure || import.is_for_tests || PURE_EXTERNAL.contains(&wanted.as_str());
    (!allowed).then(|| format!("`{name}` is pure and `{wanted}` is not on the list of pure crates"))
}
