//! Torrents for tests, built from files on disk by code that shares nothing with `shoal-metainfo`,
//! and by the real `transmission-create`. Must never use the product's own parser or writer: these
//! torrents are what those are checked against.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
    process::Command,
};

use sha1::{Digest, Sha1};

use crate::bencode::{Value, raw_entry};

/// How to build a torrent. `TorrentSpec::default()` is 64 KiB pieces and nothing else.
#[derive(Clone, Debug)]
pub struct TorrentSpec {
    piece_length: u32,
    tiers: Vec<Vec<String>>,
    web_seeds: Vec<String>,
    private: bool,
    padded: bool,
    name: Option<String>,
}

impl Default for TorrentSpec {
    fn default() -> Self {
        Self {
            piece_length: 64 * 1024,
            tiers: Vec::new(),
            web_seeds: Vec::new(),
            private: false,
            padded: false,
            name: None,
        }
    }
}

impl TorrentSpec {
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes in a piece; any number from 1 on, also one that clients refuse.
    #[must_use]
    pub fn piece_length(mut self, bytes: u32) -> Self {
        assert!(bytes > 0, "a piece has at least one byte");
        self.piece_length = bytes;
        self
    }

    /// Adds a tier with one tracker.
    #[must_use]
    pub fn tracker(mut self, url: &str) -> Self {
        self.tiers.push(vec![url.to_owned()]);
        self
    }

    /// Adds a tier.
    #[must_use]
    pub fn tier(mut self, urls: &[&str]) -> Self {
        self.tiers
            .push(urls.iter().map(|&url| url.to_owned()).collect());
        self
    }

    /// Adds a web seed (BEP 19).
    #[must_use]
    pub fn web_seed(mut self, url: &str) -> Self {
        self.web_seeds.push(url.to_owned());
        self
    }

    /// Sets the private flag (BEP 27).
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Lets every file but the last end at a piece boundary, by padding files (BEP 47).
    #[must_use]
    pub fn padded(mut self) -> Self {
        self.padded = true;
        self
    }

    /// Another name than that of the file or folder.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Reads and hashes `path`, a file or a folder.
    pub fn build(self, path: &Path) -> Torrent {
        let name = self
            .name
            .clone()
            .unwrap_or_else(|| path.file_name().unwrap().to_str().unwrap().to_owned());
        let mut info = BTreeMap::from([
            ("name", Value::text(&name)),
            ("piece length", Value::Int(self.piece_length.into())),
        ]);
        let mut hasher = Pieces::new(self.piece_length as usize);
        if path.is_dir() {
            let files = self.files(path, &mut hasher);
            info.insert("files", Value::List(files));
        } else {
            info.insert("length", Value::Int(hasher.add_file(path)));
        }
        info.insert("pieces", Value::Bytes(hasher.finish()));
        if self.private {
            info.insert("private", Value::Int(1));
        }
        let mut top = BTreeMap::from([("info", Value::Dict(info))]);
        let list = |urls: &[String]| Value::List(urls.iter().map(|url| Value::text(url)).collect());
        if let Some(first) = self.tiers.first().and_then(|tier| tier.first()) {
            top.insert("announce", Value::text(first));
            top.insert(
                "announce-list",
                Value::List(self.tiers.iter().map(|t| list(t)).collect()),
            );
        }
        if !self.web_seeds.is_empty() {
            top.insert("url-list", list(&self.web_seeds));
        }
        Torrent::from_bytes(name, Value::Dict(top).encode())
    }

    fn files(&self, root: &Path, hasher: &mut Pieces) -> Vec<Value> {
        let mut entries = Vec::new();
        let paths = sorted_files(root);
        for (index, path) in paths.iter().enumerate() {
            let parts = path.strip_prefix(root).unwrap().components();
            let parts = parts.map(|part| Value::text(part.as_os_str().to_str().unwrap()));
            entries.push(Value::Dict(BTreeMap::from([
                ("path", Value::List(parts.collect())),
                ("length", Value::Int(hasher.add_file(path))),
            ])));
            let open = hasher.open_bytes();
            if self.padded && open > 0 && index + 1 < paths.len() {
                let missing = self.piece_length as usize - open;
                hasher.add(&vec![0; missing]);
                entries.push(Value::Dict(BTreeMap::from([
                    ("attr", Value::text("p")),
                    ("length", Value::Int(missing as u64)),
                    (
                        "path",
                        Value::List(vec![Value::text(".pad"), Value::text(&missing.to_string())]),
                    ),
                ])));
            }
        }
        entries
    }
}

/// A built torrent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torrent {
    /// Name in the info dictionary.
    pub name: String,
    /// The whole .torrent file.
    pub bytes: Vec<u8>,
    /// The raw info dictionary.
    pub info: Vec<u8>,
    /// SHA-1 of `info`.
    pub info_hash: [u8; 20],
}

impl Torrent {
    fn from_bytes(name: String, bytes: Vec<u8>) -> Self {
        let info = raw_entry(&bytes, "info")
            .expect("a torrent has an info dictionary")
            .to_vec();
        let info_hash = Sha1::digest(&info).into();
        Self {
            name,
            bytes,
            info,
            info_hash,
        }
    }

    /// Reads a .torrent file that another program wrote.
    pub fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let info = raw_entry(&bytes, "info").expect("a torrent has an info dictionary");
        let name = raw_entry(info, "name").expect("an info dictionary has a name");
        let colon = name.iter().position(|b| *b == b':').unwrap();
        let name = String::from_utf8(name[colon + 1..].to_vec()).unwrap();
        Self::from_bytes(name, bytes)
    }

    /// The info-hash as 40 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        self.info_hash.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    /// A magnet link with these trackers.
    pub fn magnet(&self, trackers: &[&str]) -> String {
        let mut link = format!("magnet:?xt=urn:btih:{}", self.hex());
        for tracker in trackers {
            link.push_str("&tr=");
            for byte in tracker.bytes() {
                if byte.is_ascii_alphanumeric() {
                    link.push(byte.into());
                } else {
                    write!(link, "%{byte:02X}").unwrap();
                }
            }
        }
        link
    }

    /// Writes `<dir>/<info-hash>.torrent` and gives its path.
    pub fn write(&self, dir: &Path) -> PathBuf {
        fs::create_dir_all(dir).unwrap();
        let path = dir.join(format!("{}.torrent", self.hex()));
        fs::write(&path, &self.bytes).unwrap();
        path
    }
}

/// Runs the real `transmission-create` on a file or folder and reads what it wrote to `out`.
pub fn transmission_create(path: &Path, out: &Path, trackers: &[&str], piece_kib: u32) -> Torrent {
    let mut command = Command::new("transmission-create");
    command
        .arg("--outfile")
        .arg(out)
        .arg("--piecesize")
        .arg(piece_kib.to_string());
    for tracker in trackers {
        command.arg("--tracker").arg(tracker);
    }
    let output = command
        .arg(path)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap_or_else(|e| panic!("transmission-create (package transmission-cli): {e}"));
    assert!(output.status.success(), "transmission-create: {output:?}");
    Torrent::read(out)
}

/// All files below `root`, ordered by their path.
fn sorted_files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![root.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Hashes a stream piece by piece.
struct Pieces {
    length: usize,
    open: Vec<u8>,
    hashes: Vec<u8>,
}

impl Pieces {
    fn new(length: usize) -> Self {
        Self {
            length,
            open: Vec::new(),
            hashes: Vec::new(),
        }
    }

    fn open_bytes(&self) -> usize {
        self.open.len()
    }

    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(self.length - self.open.len()));
            self.open.extend(now);
            bytes = later;
            if self.open.len() == self.length {
                self.close();
            }
        }
    }

    fn add_file(&mut self, path: &Path) -> u64 {
        let mut file = BufReader::new(File::open(path).unwrap());
        let mut chunk = vec![0; 64 * 1024];
        let mut length = 0;
        loop {
            let n = file.read(&mut chunk).unwrap();
            if n == 0 {
                return length;
            }
            self.add(&chunk[..n]);
            length += n as u64;
        }
    }

    fn close(&mut self) {
        self.hashes.extend(Sha1::digest(&self.open));
        self.open.clear();
    }

    fn finish(mut self) -> Vec<u8> {
        if !self.open.is_empty() {
            self.close();
        }
        self.hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Payload, TRICKY_TREE, make_tree};

    #[test]
    fn pieces_equal_those_of_transmission_create() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("one.bin");
        for length in [1, 65_535, 65_536, 200_000] {
            let _ = fs::remove_file(&file);
            Payload::new(3).write_file(&file, length).unwrap();
            let theirs = transmission_create(&file, &dir.path().join("t.torrent"), &[], 64);
            let ours = TorrentSpec::new().build(&file);
            assert_eq!(
                raw_entry(&ours.info, "pieces"),
                raw_entry(&theirs.info, "pieces")
            );
            assert_eq!(
                (ours.name.as_str(), theirs.name.as_str()),
                ("one.bin", "one.bin")
            );
        }
    }

    #[test]
    fn the_product_reads_the_same_torrent() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("tree");
        make_tree(&root, 5, TRICKY_TREE);
        let spec = TorrentSpec::new()
            .tracker("udp://tracker.example:1/announce")
            .private()
            .padded();
        let torrent = spec.build(&root);
        let meta = shoal_metainfo::Metainfo::parse(&torrent.bytes).unwrap();
        assert_eq!(meta.info_hash.as_bytes(), &torrent.info_hash);
        assert_eq!(meta.info_hash.to_string(), torrent.hex());
        assert_eq!(meta.info_bytes(), torrent.info);
        assert!(meta.private);
        let on_disk: u64 = meta
            .files
            .iter()
            .filter(|f| f.on_disk())
            .map(|f| f.length)
            .sum();
        let made: u64 = TRICKY_TREE.iter().map(|(_, length)| length).sum();
        assert_eq!(on_disk, made);
        assert!(meta.files.iter().any(|file| file.padding));
        let starts = meta
            .files
            .iter()
            .filter(|file| file.on_disk() && file.length > 0);
        assert!(
            starts
                .map(|file| file.offset)
                .all(|offset| offset % 65_536 == 0)
        );
    }

    #[test]
    fn a_magnet_names_hash_and_trackers() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("one.bin");
        Payload::new(3).write_file(&file, 10).unwrap();
        let torrent = TorrentSpec::new().build(&file);
        let expected = format!("magnet:?xt=urn:btih:{}&tr=udp%3A%2F%2Fa%3A1", torrent.hex());
        assert_eq!(torrent.magnet(&["udp://a:1"]), expected);
    }
}
