//! The fences of `docs/ARCHITECTURE.md`: which crate may know which. Each rule is shown to bite,
//! those of clippy and cargo-deny as well. `ESLint`'s are tested beside the interface.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// Our crates, and of our crates those that each may use.
const OURS: &[(&str, &[&str])] = &[
    ("shoal-metainfo", &[]),
    ("shoal-api", &[]),
    ("shoal-files", &[]),
    ("shoal-drivers", &[]),
    ("shoal-heap", &[]),
    ("shoal-core", &["shoal-metainfo"]),
    (
        "shoal-engine",
        &["shoal-core", "shoal-files", "shoal-metainfo"],
    ),
    ("shoal-store", &["shoal-core", "shoal-metainfo"]),
    ("shoal-watchdir", &["shoal-files"]),
    (
        "shoal-app",
        &[
            "shoal-api",
            "shoal-core",
            "shoal-engine",
            "shoal-files",
            "shoal-metainfo",
            "shoal-store",
            "shoal-watchdir",
        ],
    ),
    ("shoal-headless", &["shoal-api", "shoal-app"]),
    ("shoal-desktop", &["shoal-api"]),
    (
        "shoal",
        &[
            "shoal-api",
            "shoal-app",
            "shoal-desktop",
            "shoal-drivers",
            "shoal-heap",
        ],
    ),
    (
        "shoal-testkit",
        &["shoal-core", "shoal-files", "shoal-metainfo"],
    ),
];

/// Foreign crates with the only ones of ours that may name them, in tests and builds too. What ends
/// in `*` is the beginning of a name.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("librqbit*", &["shoal-engine"]),
    ("rusqlite", &["shoal-store"]),
    ("tauri*", &["shoal"]),
    ("notify", &["shoal-watchdir"]),
    ("axum", &["shoal-headless"]),
    ("zbus", &["shoal-desktop"]),
    ("ksni", &["shoal-desktop"]),
    ("gtk", &["shoal"]),
    ("open", &["shoal"]),
    ("libc", &["shoal-heap", "shoal-metainfo"]),
];

/// Foreign crates that these of ours must do without outside of their tests.
const KEPT_FROM: &[(&str, &[&str])] = &[
    ("serde*", &["shoal-core", "shoal-metainfo"]),
    (
        "tokio*",
        &["shoal-api", "shoal-core", "shoal-metainfo", "shoal-store"],
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Normal,
    Build,
    Dev,
}

/// Which package of the workspace declares which dependency, and what for.
#[derive(Clone, Debug, Default)]
struct Graph {
    packages: BTreeSet<String>,
    edges: Vec<(String, String, Kind)>,
}

/// Every edge and package that breaks a rule, as a sentence.
fn violations(graph: &Graph) -> Vec<String> {
    let known = |name: &str| OURS.iter().any(|(ours, _)| *ours == name);
    let strangers = graph.packages.iter().filter(|name| !known(name));
    let mut found: Vec<String> = strangers
        .map(|name| format!("{name} has no place in the architecture yet"))
        .collect();
    for (from, to, kind) in &graph.edges {
        let may_use = OURS.iter().find(|(ours, _)| ours == from);
        let may_use = may_use.map_or(&[][..], |(_, others)| others);
        if *kind != Kind::Dev && known(to) && !may_use.contains(&to.as_str()) {
            found.push(format!("{from} may not use {to}"));
        }
        for (pattern, only) in KEPT_TO {
            if fits(pattern, to) && !only.contains(&from.as_str()) {
                found.push(format!("{from} may not name {to}"));
            }
        }
        for (pattern, without) in KEPT_FROM {
            if *kind != Kind::Dev && fits(pattern, to) && without.contains(&from.as_str()) {
                found.push(format!("{from} must do without {to}"));
            }
        }
    }
    found
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Cargo with nothing of the outer cargo's environment that would change what it does.
fn cargo(dir: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(dir).env_remove("CLIPPY_CONF_DIR");
    command.env_remove("RUSTFLAGS").env_remove("CLIPPY_ARGS");
    command
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

fn workspace() -> Graph {
    let args = [
        "metadata",
        "--format-version",
        "1",
        "--offline",
        "--no-deps",
    ];
    let output = cargo(&root()).args(args).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut graph = Graph::default();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        graph.packages.insert(name.to_owned());
        for dependency in package["dependencies"].as_array().unwrap() {
            let kind = match dependency["kind"].as_str() {
                None => Kind::Normal,
                Some("build") => Kind::Build,
                Some(_) => Kind::Dev,
            };
            let to = dependency["name"].as_str().unwrap();
            graph.edges.push((name.to_owned(), to.to_owned(), kind));
        }
    }
    graph
}

/// The real workspace with one more dependency in it.
fn with(from: &str, to: &str, kind: Kind) -> Vec<String> {
    let mut graph = workspace();
    graph.edges.push((from.to_owned(), to.to_owned(), kind));
    violations(&graph)
}

#[test]
fn the_workspace_keeps_to_its_fences() {
    let graph = workspace();
    assert_eq!(graph.packages.len(), OURS.len(), "{:?}", graph.packages);
    assert_eq!(violations(&graph), Vec::<String>::new());
}

#[test]
fn every_edge_that_is_not_allowed_between_our_crates_is_found() {
    for (from, may_use) in OURS {
        for (to, _) in OURS {
            for kind in [Kind::Normal, Kind::Build] {
                let expected = if may_use.contains(to) {
                    vec![]
                } else {
                    vec![format!("{from} may not use {to}")]
                };
                assert_eq!(with(from, to, kind), expected);
            }
        }
    }
}

#[test]
fn nobody_ships_the_test_kit_but_tests_may_use_it() {
    for (from, _) in OURS {
        let sentence = format!("{from} may not use shoal-testkit");
        assert_eq!(with(from, "shoal-testkit", Kind::Normal), [sentence]);
        assert_eq!(with(from, "shoal-testkit", Kind::Dev), Vec::<String>::new());
    }
}

#[test]
fn a_crate_without_a_place_is_found() {
    let mut graph = workspace();
    graph.packages.insert("shoal-helpers".to_owned());
    let sentence = "shoal-helpers has no place in the architecture yet";
    assert_eq!(violations(&graph), [sentence]);
}

#[test]
fn a_foreign_crate_is_kept_to_its_owner() {
    for (pattern, only) in KEPT_TO {
        for name in names_of(pattern) {
            for (from, _) in OURS {
                for kind in [Kind::Normal, Kind::Build, Kind::Dev] {
                    let expected = if only.contains(from) {
                        vec![]
                    } else {
                        vec![format!("{from} may not name {name}")]
                    };
                    assert_eq!(with(from, name, kind), expected);
                }
            }
        }
    }
}

#[test]
fn a_foreign_crate_is_kept_from_those_who_must_do_without() {
    for (pattern, without) in KEPT_FROM {
        for name in names_of(pattern) {
            for (from, _) in OURS {
                let expected = if without.contains(from) {
                    vec![format!("{from} must do without {name}")]
                } else {
                    vec![]
                };
                assert_eq!(with(from, name, Kind::Normal), expected);
                assert_eq!(with(from, name, Kind::Build), expected);
                assert_eq!(with(from, name, Kind::Dev), Vec::<String>::new());
            }
        }
    }
}

/// Crates that exist and that a pattern is about.
fn names_of(pattern: &str) -> &'static [&'static str] {
    match pattern {
        "librqbit*" => &["librqbit", "librqbit-core"],
        "rusqlite" => &["rusqlite"],
        "tauri*" => &["tauri", "tauri-build", "tauri-plugin-dialog"],
        "notify" => &["notify"],
        "axum" => &["axum"],
        "serde*" => &["serde", "serde_json"],
        "tokio*" => &["tokio", "tokio-util"],
        "zbus" => &["zbus"],
        "ksni" => &["ksni"],
        "gtk" => &["gtk"],
        "open" => &["open"],
        "libc" => &["libc"],
        other => panic!("name a crate for {other}"),
    }
}

/// What core may not do, one line an entry of its `clippy.toml`.
const FORBIDDEN: &str = "
pub fn types(_: std::fs::File, _: std::net::TcpStream, _: std::net::UdpSocket, _: std::process::Command) {}
pub fn methods() {
    let _ = std::time::Instant::now();
    let _ = std::time::SystemTime::now();
    let _ = std::thread::spawn(|| {});
    std::thread::sleep(std::time::Duration::ZERO);
    let _ = std::fs::read(\"a\");
    let _ = std::fs::read_to_string(\"a\");
    let _ = std::fs::read_dir(\"a\");
    let _ = std::fs::write(\"a\", \"b\");
    let _ = std::fs::create_dir(\"a\");
    let _ = std::fs::create_dir_all(\"a\");
    let _ = std::fs::remove_file(\"a\");
    let _ = std::fs::remove_dir(\"a\");
    let _ = std::fs::remove_dir_all(\"a\");
    let _ = std::fs::rename(\"a\", \"b\");
    let _ = std::fs::metadata(\"a\");
    let _ = std::env::var(\"a\");
}
";

/// Runs clippy with core's rules over a crate that holds `source`.
fn clippy_like_core(source: &str) -> Output {
    let dir = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"core-like\"\nedition = \"2024\"\n[workspace]\n";
    fs::create_dir(dir.path().join("src")).unwrap();
    fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(dir.path().join("src/lib.rs"), source).unwrap();
    fs::copy(
        root().join("crates/core/clippy.toml"),
        dir.path().join("clippy.toml"),
    )
    .unwrap();
    cargo(dir.path())
        .args(["clippy", "--offline", "--quiet", "--", "-D", "warnings"])
        .env("CARGO_TARGET_DIR", dir.path().join("target"))
        .output()
        .unwrap()
}

#[test]
fn clippy_refuses_everything_that_core_may_not_do() {
    let harmless = clippy_like_core("pub fn add(a: u8, b: u8) -> u8 { a.saturating_add(b) }\n");
    assert!(harmless.status.success(), "{}", text(&harmless));

    let refused = clippy_like_core(FORBIDDEN);
    assert!(!refused.status.success());
    let said = text(&refused);
    let rules = fs::read_to_string(root().join("crates/core/clippy.toml")).unwrap();
    let paths = rules.split("path = \"").skip(1);
    let paths: Vec<&str> = paths.filter_map(|rest| rest.split('"').next()).collect();
    assert!(paths.len() >= 20, "{paths:?}");
    for path in paths {
        let method = said.contains(&format!("disallowed method `{path}`"));
        let kind = said.contains(&format!("disallowed type `{path}`"));
        assert!(method || kind, "{path} is not refused:\n{said}");
    }
}

/// Each ban of `deny.toml`: the crate, and one of ours that may use it all the same.
const BANS: &[(&str, Option<&str>)] = &[
    ("librqbit", Some("shoal-engine")),
    ("rusqlite", Some("shoal-store")),
    ("tauri", Some("shoal")),
    ("notify", Some("shoal-watchdir")),
];

/// A workspace of two empty crates, of which `from` depends on `to`.
fn two_crates(from: &str, to: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let manifest = |name: &str, rest: &str| {
        let head = "version = \"0.1.0\"\nedition = \"2024\"\nlicense = \"MIT\"\npublish = false\n";
        let folder = dir.path().join(name);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src/lib.rs"), "").unwrap();
        let text = format!("[package]\nname = \"{name}\"\n{head}{rest}");
        fs::write(folder.join("Cargo.toml"), text).unwrap();
    };
    manifest(to, "");
    let dependency = format!("[dependencies]\n{to} = {{ path = \"../{to}\" }}\n");
    manifest(from, &dependency);
    let root = format!("[workspace]\nresolver = \"3\"\nmembers = [\"{from}\", \"{to}\"]\n");
    fs::write(dir.path().join("Cargo.toml"), root).unwrap();
    dir
}

fn deny_bans(dir: &Path) -> Output {
    let name = format!("cargo-deny{}", env::consts::EXE_SUFFIX);
    let tool = root().join("target/tools/bin").join(name);
    assert!(
        tool.is_file(),
        "cargo-deny is not built yet: run ./x check once"
    );
    let mut command = Command::new(tool);
    command.current_dir(dir).arg("--offline").arg("--config");
    command.arg(root().join("deny.toml"));
    command.args(["check", "bans"]).output().unwrap()
}

#[test]
fn cargo_deny_refuses_a_crate_in_the_wrong_hands() {
    let rules = fs::read_to_string(root().join("deny.toml")).unwrap();
    assert_eq!(rules.matches("{ crate = ").count(), BANS.len());
    for (banned, owner) in BANS {
        let wrong = two_crates("shoal-app", banned);
        let output = deny_bans(wrong.path());
        let said = text(&output);
        assert!(!output.status.success(), "{banned} passed:\n{said}");
        assert!(said.contains(&format!("crate '{banned} =")), "{said}");
        if let Some(owner) = owner {
            let right = two_crates(owner, banned);
            let output = deny_bans(right.path());
            assert!(output.status.success(), "{}", text(&output));
        }
    }
}
