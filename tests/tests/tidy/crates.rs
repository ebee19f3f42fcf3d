//! A crate exists only to keep a dependency rule; this is the rule.

use std::fs;

use super::source::{files_ending, root};

/// Crate, and what it may never name in its manifest.
const NEVER: [(&str, &[&str]); 5] = [
    (
        "events-schema",
        &["tokio", "sqlx", "async-nats", "domain", "event-store", "projections", "gateway", "cqrs-es", "rand"],
    ),
    (
        "domain",
        &[
            "tokio",
            "sqlx",
            "async-nats",
            "async-trait",
            "futures",
            "event-store",
            "projections",
            "gateway",
            "cqrs-es",
            "rand",
        ],
    ),
    ("event-store", &["domain", "projections", "gateway", "async-nats", "axum"]),
    (
        "event-store/verifier",
        &["events-schema", "domain", "event-store", "projections", "gateway", "sqlx", "tokio", "async-nats"],
    ),
    ("projections", &["domain", "gateway", "async-nats", "axum"]),
];

#[test]
fn no_crate_depends_on_what_it_must_not_know() {
    for (name, never) in NEVER {
        let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).expect("every crate has a manifest");
        for banned in never {
            let named = manifest
                .lines()
                .any(|line| line.starts_with(&format!("{banned}.")) || line.starts_with(&format!("{banned} ")));
            assert!(!named, "{name} must not depend on {banned}");
        }
    }
}

#[test]
fn the_pure_crates_read_no_clock_no_chance_no_surroundings_and_never_wait() {
    let impure = [
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::now",
        "Uuid::now",
        "Uuid::new_v4",
        "std::env",
        "std::fs",
        "std::net",
        "async fn",
        "rand::",
    ];
    for source in files_ending(".rs") {
        let pure = source.path.starts_with("domain/src") || source.path.starts_with("events-schema/src");
        for word in impure.iter().filter(|_| pure) {
            assert!(!source.text.contains(word), "{} uses {word}; hand it in as a fact", source.path);
        }
    }
}

#[test]
fn only_the_store_names_the_logs_tables() {
    let tables =
        ["ledger.events", "ledger.commands", "ledger.log_head", "ledger.subject_keys", "ledger.signed_checkpoints"];
    for source in files_ending(".rs").into_iter().chain(files_ending(".sql")) {
        let allowed = source.path.starts_with("event-store/") || source.path.starts_with("tests/");
        for table in tables.iter().filter(|_| !allowed) {
            assert!(!source.text.contains(table), "{} names {table}; ask event-store", source.path);
        }
    }
}

#[test]
fn dependency_versions_stand_only_in_the_workspace_manifest() {
    for source in files_ending("/Cargo.toml") {
        let versioned = source.text.lines().find(|line| line.contains("version = \""));
        assert!(versioned.is_none(), "{}: {versioned:?}; put the version in the workspace manifest", source.path);
    }
}
