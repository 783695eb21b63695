//! Watch folders: how soon a file is in the list, what a thousand at once cost, and what folders cost in
//! which nothing happens. The shipped server with its own looks and pauses, its store on the disk that
//! `target` lies on, and folders that the system tells of.

mod idle;
mod settled;
mod thousand;

use std::{fs, path::Path, time::Duration};

use serde_json::{Value, json};
use shoal_testkit::report::Figure;
use tokio::{runtime::Runtime, time::sleep};

use crate::{client::Commands, place::Place};

const SETTLED: &str = "watch.settled_to_added_ms";
const THOUSAND: &str = "watch.thousand_files_s";
const IDLE: &str = "watch.idle_cpu_percent_20_folders";
pub(crate) const NAMES: &[&str] = &[SETTLED, THOUSAND, IDLE];

/// Between two looks of the bench.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    let mut figures = Vec::new();
    if chosen.contains(&SETTLED) {
        figures.push(settled::run(place));
    }
    if chosen.contains(&THOUSAND) {
        figures.push(thousand::run(place));
    }
    if chosen.contains(&IDLE) {
        figures.push(idle::run(place));
    }
    figures
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn figure(name: &'static str, value: f64, unit: &'static str, aim: (f64, &'static str)) -> Figure {
    Figure {
        name,
        value,
        unit,
        against: aim.1,
        ratio: value / aim.0,
        target: 1.0,
    }
}

/// The rules that a new folder gets in the interface.
fn rules(folder: &Path) -> Value {
    json!({
        "path": folder, "enabled": true, "save_to": null, "labels": [], "start": true, "top": false,
        "subfolders": "off", "after": {"kind": "rename"}, "bad_folder": null, "include": [],
        "exclude": [], "how": "auto",
    })
}

/// Makes a folder and has it watched; gives its number once the system tells of it, or once it is
/// looked through every so often if the rules want that.
async fn watch(commands: &mut Commands, rules: &Value) -> u64 {
    fs::create_dir_all(rules["path"].as_str().unwrap()).unwrap();
    let put = commands
        .call("watch_put", &json!({"id": null, "rules": rules}))
        .await;
    let id = put["id"].as_u64().unwrap();
    let wanted = match rules["how"].as_str() {
        Some("poll") => "polling",
        _ => "watching",
    };
    loop {
        let folder = folder(commands, id).await;
        let state = folder["state"]["state"].as_str().unwrap();
        match state {
            _ if state == wanted => return id,
            "starting" => sleep(LOOK).await,
            _ => panic!("it is {state}, not {wanted}: {folder:#}"),
        }
    }
}

async fn folder(commands: &mut Commands, id: u64) -> Value {
    let snapshot = commands.call("snapshot", &json!({})).await;
    let folders = snapshot["watch"].as_array().unwrap();
    folders.iter().find(|f| f["id"] == id).unwrap().clone()
}

/// How many originals are renamed.
fn renamed(folder: &Path) -> usize {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name());
    names
        .filter(|name| name.to_string_lossy().ends_with(".added"))
        .count()
}
