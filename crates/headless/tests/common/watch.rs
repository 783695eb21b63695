//! Watch folders of the real program: their rules and history by the API, and small torrents to put in.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shoal_testkit::{Torrent, TorrentSpec, wait};

use super::{Home, Shoal};

impl Home {
    /// A further folder of this name, beside the one for downloads.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.data().with_file_name(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }
}

impl Shoal {
    /// Watches a folder; torrents stay stopped unless `change` says otherwise. Gives its number.
    pub fn watch(&self, folder: &Path, change: &Value) -> u64 {
        let mut rules = json!({
            "path": folder, "enabled": true, "save_to": null, "labels": [], "start": false,
            "top": false, "subfolders": "off", "after": {"kind": "rename"}, "bad_folder": null,
            "include": [], "exclude": [], "how": "auto",
        });
        for (name, value) in change.as_object().unwrap() {
            rules[name] = value.clone();
        }
        self.call("watch_put", &json!({"id": null, "rules": rules}))["id"]
            .as_u64()
            .unwrap()
    }

    /// What a folder is doing.
    pub fn watched(&self, id: u64) -> Value {
        let snapshot = self.call("snapshot", &json!({}));
        let mut folders = snapshot["watch"].as_array().unwrap().iter();
        folders.find(|one| one["id"] == id).unwrap().clone()
    }

    /// Waits until a folder is in this state.
    #[track_caller]
    pub fn wait_watched(&self, id: u64, state: &str) -> Value {
        let mut last = Value::Null;
        // What vanished is looked for every half a minute.
        let found = wait::poll(wait::GENEROUS * 2, || {
            last = self.watched(id);
            (last["state"]["state"] == state).then(|| last.clone())
        });
        found.unwrap_or_else(|| panic!("waited for {state}: {last:#}\n{}", self.process.log_tail()))
    }

    /// The info-hashes of the list, in its order, so that one that is there twice is seen.
    pub fn listed(&self) -> Vec<String> {
        let snapshot = self.call("snapshot", &json!({}));
        let rows = snapshot["torrents"].as_array().unwrap();
        let hash = |row: &Value| row["hash"].as_str().unwrap().to_owned();
        rows.iter().map(hash).collect()
    }

    /// The whole history, newest first.
    pub fn history(&self) -> Vec<Value> {
        let (mut all, mut before) = (vec![], Value::Null);
        loop {
            let request = json!({"before": before, "folder": null, "problems": false});
            let mut page = self.call("watch_history", &request);
            all.append(page["entries"].as_array_mut().unwrap());
            if page["more"] == false {
                return all;
            }
            before = all.last().unwrap()["id"].clone();
        }
    }

    /// The codes of what was said about each file, newest first.
    pub fn said(&self) -> BTreeMap<String, Vec<String>> {
        let mut said = BTreeMap::<_, Vec<_>>::new();
        for entry in self.history() {
            let code = entry["sentence"]["code"].as_str().unwrap();
            let file = entry["file"].as_str().unwrap().to_owned();
            said.entry(file).or_default().push(code.to_owned());
        }
        said
    }

    /// Waits until exactly these are in the list, each once.
    #[track_caller]
    pub fn wait_listed<'a>(&self, torrents: impl IntoIterator<Item = &'a Torrent>) {
        let wanted: BTreeSet<String> = torrents.into_iter().map(Torrent::hex).collect();
        let mut last = vec![];
        let found = wait::poll(wait::GENEROUS * 2, || {
            last = self.listed();
            (last.len() == wanted.len() && last.iter().all(|hash| wanted.contains(hash)))
                .then_some(())
        });
        assert!(
            found.is_some(),
            "{} are wanted, {} are listed: {last:?}\n{}",
            wanted.len(),
            last.len(),
            self.process.log_tail()
        );
    }
}

/// A small torrent that nobody has; each name is another one.
pub fn small(name: &str) -> Torrent {
    let source = tempfile::NamedTempFile::new().unwrap();
    fs::write(source.path(), name).unwrap();
    TorrentSpec::new().name(name).build(source.path())
}

/// Saves a torrent as a browser does: under another name until it is whole.
pub fn drop_into(folder: &Path, file: &str, torrent: &Torrent) -> PathBuf {
    let (part, whole) = (folder.join(format!("{file}.part")), folder.join(file));
    fs::write(&part, &torrent.bytes).unwrap();
    fs::rename(part, &whole).unwrap();
    whole
}

/// What lies in a folder.
pub fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Whether a name ends with `.` and this.
pub fn ends(name: &str, end: &str) -> bool {
    Path::new(name).extension().is_some_and(|its| its == end)
}
