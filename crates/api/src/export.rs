//! Text made from the list of commands: the TypeScript map of commands and `docs/API.md`.
//!
//! Only builds strings; the test `generated` writes and compares the files.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::COMMANDS;

/// The TypeScript interface that maps each command to its request and answer.
pub fn commands_typescript() -> String {
    let mut types = BTreeSet::new();
    for c in COMMANDS {
        types.insert(inner(c.request));
        types.insert(inner(c.answer));
    }
    let mut out =
        String::from("// Generated from crates/api by its test `generated`. Do not edit.\n");
    for t in types {
        let _ = writeln!(out, "import type {{ {t} }} from \"./{t}\";");
    }
    out.push_str(
        "\n/** Every command with its request and its answer. */\nexport interface Commands {\n",
    );
    for c in COMMANDS {
        let (request, answer) = (typescript(c.request), typescript(c.answer));
        let _ = writeln!(
            out,
            "  /** {} */\n  {}: {{ request: {request}; answer: {answer} }};",
            c.doc, c.name
        );
    }
    out.push_str("}\n");
    out
}

/// The page on the HTTP interface.
pub fn api_markdown() -> String {
    let mut out = String::from(include_str!("api_intro.md"));
    for c in COMMANDS {
        let _ = writeln!(
            out,
            "| `{}` | `{}` | `{}` | {} |",
            c.name,
            c.request,
            typescript(c.answer),
            c.doc
        );
    }
    out
}

fn inner(t: &str) -> &str {
    // `stringify!` may put spaces around the brackets.
    let bare = t.strip_prefix("Vec").map(|t| {
        t.trim_start_matches([' ', '<'])
            .trim_end_matches(['>', ' '])
    });
    bare.unwrap_or(t)
}

fn typescript(t: &str) -> String {
    if inner(t) == t {
        t.to_owned()
    } else {
        format!("Array<{}>", inner(t))
    }
}
