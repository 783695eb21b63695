//! Writes the files generated from the command list, and fails when a committed one was stale.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

fn up_to_date(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    let before = fs::read_to_string(&path).unwrap_or_default();
    if before != text {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    assert!(
        before == text,
        "{} was stale and is now rewritten: commit it",
        path.display()
    );
}

#[test]
fn the_typescript_map_of_commands_is_up_to_date() {
    up_to_date(
        "ui/src/lib/backend/generated/Commands.ts",
        &shoal_api::commands_typescript(),
    );
}

#[test]
fn the_typescript_that_unpacks_rows_is_up_to_date() {
    up_to_date(
        "ui/src/lib/backend/generated/unpackRow.ts",
        &shoal_api::unpack_typescript(),
    );
}

#[test]
fn the_page_on_the_interface_is_up_to_date() {
    up_to_date("docs/API.md", &shoal_api::api_markdown());
}
