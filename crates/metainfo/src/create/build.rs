//! Builds the dictionaries of a new torrent of what was found and hashed. Looks at no disk.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use url::Url;

use super::{
    CreateError, CreateOptions, Style,
    encode::{Dict, Node, put, write_dict},
    merkle::{Hash, HybridHash, file_root},
    scan::{Scanned, ScannedFile},
};
use crate::{MAX_TRACKERS, check_tracker};

/// One file of version 1: a real one, or padding.
pub(super) struct Entry {
    /// Index of the real file.
    pub(super) file: Option<usize>,
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// The hashes of all pieces.
pub(super) enum Pieces {
    V1(Vec<[u8; 20]>),
    Hybrid(Vec<HybridHash>),
}

/// The info dictionary and what goes beside it.
pub(super) struct BuiltInfo {
    bytes: Vec<u8>,
    pub(super) v2_hash: Hash,
    layers: Option<BTreeMap<Hash, Vec<u8>>>,
}

/// The files and, to make each begin a piece, the padding behind them. As libtorrent does, the last
/// one is padded too.
pub(super) fn entries(lengths: impl Iterator<Item = u64>, align: Option<u32>) -> Vec<Entry> {
    let (mut entries, mut offset) = (Vec::new(), 0_u64);
    for (index, length) in lengths.enumerate() {
        let mut push = |file, length| {
            entries.push(Entry {
                file,
                offset,
                length,
            });
            // A sum beyond the limit is refused later.
            offset = offset.saturating_add(length);
        };
        push(Some(index), length);
        if let Some(align) = align.map(u64::from)
            && length % align != 0
        {
            push(None, align - length % align);
        }
    }
    entries
}

/// All but the info dictionary.
pub(super) fn head(options: &CreateOptions) -> Result<Dict, CreateError> {
    let mut head = Dict::new();
    put_trackers(&mut head, &options.trackers)?;
    for (key, text) in [
        ("comment", &options.comment),
        ("created by", &options.created_by),
    ] {
        if let Some(text) = text.as_ref().filter(|text| !text.is_empty()) {
            put(&mut head, key, Node::text(text));
        }
    }
    if let Some(date) = options.creation_date.filter(|&date| date >= 0) {
        put(&mut head, "creation date", Node::Int(date));
    }
    if !options.nodes.is_empty() {
        let nodes: Option<Vec<_>> = options.nodes.iter().map(|node| read_node(node)).collect();
        let bad = || options.nodes.iter().find(|node| read_node(node).is_none());
        let nodes = nodes.filter(|nodes| nodes.len() <= MAX_TRACKERS);
        let nodes = nodes.ok_or_else(|| CreateError::BadNode {
            node: bad().unwrap_or(&options.nodes[0]).clone(),
        })?;
        put(&mut head, "nodes", Node::List(nodes));
    }
    for (index, address) in options.web_seeds.iter().enumerate() {
        if index >= MAX_TRACKERS || !is_web_seed(address) {
            let address = address.clone();
            return Err(CreateError::BadWebSeed { address });
        }
    }
    if !options.web_seeds.is_empty() {
        put(&mut head, "url-list", Node::texts(&options.web_seeds));
    }
    Ok(head)
}

fn put_trackers(head: &mut Dict, tiers: &[Vec<String>]) -> Result<(), CreateError> {
    let (mut seen, mut checked) = (Vec::new(), Vec::new());
    for tier in tiers.iter().filter(|tier| !tier.is_empty()) {
        let mut kept = Vec::new();
        for address in tier {
            let usable = check_tracker(address)
                .filter(|normal| seen.len() < MAX_TRACKERS && !seen.contains(normal))
                .ok_or_else(|| CreateError::BadTracker {
                    address: address.clone(),
                })?;
            seen.push(usable.clone());
            kept.push(usable);
        }
        checked.push(kept);
    }
    let Some(first) = seen.first() else {
        return Ok(());
    };
    put(head, "announce", Node::text(first));
    if seen.len() > 1 {
        let tiers = checked.iter().map(Node::texts).collect();
        put(head, "announce-list", Node::List(tiers));
    }
    Ok(())
}

/// `host:port` as a list of both (BEP 5).
fn read_node(node: &str) -> Option<Node> {
    let (host, port) = node.trim().rsplit_once(':')?;
    let port = port.parse::<u16>().ok().filter(|&port| port != 0)?;
    let host = match url::Host::parse(host).ok()? {
        url::Host::Ipv6(address) => address.to_string(),
        other => other.to_string(),
    };
    Some(Node::List(vec![Node::text(&host), Node::Int(port.into())]))
}

fn is_web_seed(address: &str) -> bool {
    let http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    address.len() <= crate::MAX_TRACKER_BYTES && Url::parse(address).is_ok_and(|url| http(&url))
}

pub(super) fn info(
    options: &CreateOptions,
    scanned: &Scanned,
    entries: &[Entry],
    piece_length: u32,
    pieces: &Pieces,
) -> BuiltInfo {
    let mut info = Dict::new();
    let marks = options.style == Style::Libtorrent;
    put(&mut info, "name", Node::text(&scanned.name));
    put(&mut info, "piece length", Node::Int(piece_length.into()));
    let hashes = match pieces {
        Pieces::V1(hashes) => hashes.concat(),
        Pieces::Hybrid(hashes) => hashes.iter().flat_map(|hash| hash.sha1).collect(),
    };
    put(&mut info, "pieces", Node::Bytes(hashes));
    if scanned.single_file {
        let file = &scanned.files[0];
        put_file(&mut info, file, marks);
    } else {
        let list = entries.iter().map(|entry| v1_file(scanned, entry, marks));
        put(&mut info, "files", Node::List(list.collect()));
    }
    if options.private || options.style == Style::Transmission {
        put(&mut info, "private", Node::Int(options.private.into()));
    }
    if let Some(source) = options.source.as_ref().filter(|source| !source.is_empty()) {
        put(&mut info, "source", Node::text(source));
    }
    let mut layers = None;
    if let Pieces::Hybrid(hashes) = pieces {
        let (tree, found) = file_tree(scanned, entries, piece_length, hashes, marks);
        put(&mut info, "file tree", Node::Dict(tree));
        put(&mut info, "meta version", Node::Int(2));
        layers = Some(found);
    }
    let mut bytes = Vec::new();
    write_dict(&info, &mut bytes);
    BuiltInfo {
        v2_hash: Sha256::digest(&bytes).into(),
        bytes,
        layers,
    }
}

fn put_file(dict: &mut Dict, file: &ScannedFile, marks: bool) {
    put(dict, "length", Node::length(file.stamp.size_bytes));
    if marks && file.executable {
        put(dict, "attr", Node::text("x"));
    }
}

fn v1_file(scanned: &Scanned, entry: &Entry, marks: bool) -> Node {
    let mut dict = Dict::new();
    if let Some(index) = entry.file {
        let file = &scanned.files[index];
        put_file(&mut dict, file, marks);
        put(&mut dict, "path", Node::texts(&file.components));
    } else {
        put(&mut dict, "attr", Node::text("p"));
        put(&mut dict, "length", Node::length(entry.length));
        let path = [".pad".to_owned(), entry.length.to_string()];
        put(&mut dict, "path", Node::texts(&path));
    }
    Node::Dict(dict)
}

/// The `file tree` of version 2, and the piece layers of files longer than a piece.
fn file_tree(
    scanned: &Scanned,
    entries: &[Entry],
    piece_length: u32,
    hashes: &[HybridHash],
    marks: bool,
) -> (Dict, BTreeMap<Hash, Vec<u8>>) {
    let (mut tree, mut layers) = (Dict::new(), BTreeMap::new());
    let piece = u64::from(piece_length);
    // The number of pieces was held to a limit far below.
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    for entry in entries {
        let Some(file) = entry.file.map(|index| &scanned.files[index]) else {
            continue;
        };
        let mut leaf = Dict::new();
        put_file(&mut leaf, file, marks);
        if entry.length > 0 {
            let first = index(entry.offset / piece);
            let end = first + index(entry.length.div_ceil(piece));
            let of_file = &hashes[first..end];
            let root = if let [only] = of_file {
                only.root
            } else {
                let layer: Vec<Hash> = of_file.iter().map(|hash| hash.layer).collect();
                let bytes = layer.concat();
                let root = file_root(layer, piece_length);
                layers.insert(root, bytes);
                root
            };
            put(&mut leaf, "pieces root", Node::Bytes(root.to_vec()));
        }
        place(&mut tree, &file.components, leaf);
    }
    (tree, layers)
}

/// Puts a file into the tree of folders, which is no deeper than paths may be.
fn place(folder: &mut Dict, path: &[String], leaf: Dict) {
    let Some((name, rest)) = path.split_first() else {
        put(folder, "", Node::Dict(leaf));
        return;
    };
    let inner = folder
        .entry(name.as_bytes().to_vec())
        .or_insert_with(|| Node::Dict(Dict::new()));
    if let Node::Dict(inner) = inner {
        place(inner, rest, leaf);
    }
}

/// The whole `.torrent` file.
pub(super) fn torrent(mut head: Dict, info: &BuiltInfo) -> Vec<u8> {
    // The info dictionary goes in as it was hashed.
    let (after, mut out) = (head.split_off(&b"info"[..]), Vec::new());
    write_dict(&head, &mut out);
    out.pop();
    out.extend_from_slice(b"4:info");
    out.extend_from_slice(&info.bytes);
    let mut rest = after;
    if let Some(layers) = &info.layers {
        let node = |(root, bytes): (&Hash, &Vec<u8>)| (root.to_vec(), Node::Bytes(bytes.clone()));
        let layers = layers.iter().map(node).collect();
        put(&mut rest, "piece layers", Node::Dict(layers));
    }
    let mut tail = Vec::new();
    write_dict(&rest, &mut tail);
    out.extend_from_slice(&tail[1..]);
    out
}
