//! The storage against faults and sudden ends: whatever fails wherever, no foreign byte changes,
//! what the journal calls verified reads back right, and what it calls safe outlives a power cut.

mod cases;
mod stories;

use std::{fs, sync::Arc};

use shoal_core::{Order, Priority, StartSpec};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::{fault::Fault, journal, note::Note};
use shoal_core::{EngineFault, FileTarget, OpId, Preallocate};
use shoal_metainfo::{Bitfield, Metainfo};

const PIECE: usize = 16 * 1024;
const BLOCK: usize = 4 * 1024;
/// No file begins or ends on a piece but the first and the last, some share a piece.
const FILES: [(&str, usize); 5] = [
    ("a.bin", 2 * PIECE + 5_000),
    ("tiny.txt", 700),
    ("dir/b.bin", 3 * PIECE + 123),
    ("empty.txt", 0),
    ("c.bin", PIECE + 9_000),
];
/// All five files wanted, one bit each.
const ALL: u8 = 0b1_1111;
const FOREIGN: &[u8] = b"not of this torrent";

fn meta() -> Arc<Metainfo> {
    let total: usize = FILES.iter().map(|f| f.1).sum();
    let mut info = b"d5:filesl".to_vec();
    for (path, length) in FILES {
        let parts = path.split('/').map(|p| format!("{}:{p}", p.len()));
        let parts: String = parts.collect();
        info.extend(format!("d6:lengthi{length}e4:pathl{parts}ee").into_bytes());
    }
    let hashes = vec![b'x'; total.div_ceil(PIECE) * 20];
    info.extend(
        format!(
            "e4:name1:t12:piece lengthi{PIECE}e6:pieces{}:",
            hashes.len()
        )
        .bytes(),
    );
    info.extend(hashes);
    info.push(b'e');
    Arc::new(Metainfo::from_info(&info, Vec::new()).unwrap())
}

/// The right byte at each place of the torrent.
fn right(at: usize) -> u8 {
    u8::try_from((at * 31 + at / 251) % 255).unwrap() | 1
}

struct Bench {
    dir: TempDir,
    meta: Arc<Metainfo>,
    suffix: bool,
    preallocate: Preallocate,
}

struct Run {
    files: Arc<TorrentFiles>,
    notes: UnboundedReceiver<Note>,
}

impl Bench {
    fn new(suffix: bool, preallocate: Preallocate) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["root", "scratch"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        fs::create_dir_all(dir.path().join("root/t/dir")).unwrap();
        fs::write(dir.path().join("root/t/dir/notes.txt"), FOREIGN).unwrap();
        Self {
            dir,
            meta: meta(),
            suffix,
            preallocate,
        }
    }

    fn root(&self) -> std::path::PathBuf {
        self.dir.path().join("root")
    }

    fn scratch(&self) -> std::path::PathBuf {
        self.dir.path().join("scratch")
    }

    fn path(&self, index: usize) -> std::path::PathBuf {
        self.root().join("t").join(FILES[index].0)
    }

    fn temp(&self, index: usize) -> std::path::PathBuf {
        let mut path = self.path(index).into_os_string();
        path.push(".part");
        path.into()
    }

    fn spec(&self, have: &Bitfield, owned: &Bitfield, wanted: u8) -> StartSpec {
        let target = |index: usize| FileTarget {
            path: Some(self.path(index)),
            length: FILES[index].1 as u64,
            wanted: wanted & (1 << index) != 0,
            owned: owned.get(u32::try_from(index).unwrap()),
            temp_path: self.suffix.then(|| self.temp(index)),
            stamp: None,
            priority: Priority::Normal,
        };
        StartSpec {
            op: OpId(1),
            meta: self.meta.clone(),
            trackers: Vec::new(),
            peers: Vec::new(),
            root: self.root(),
            files: (0..FILES.len()).map(target).collect(),
            have: have.clone(),
            order: Order::Spread,
            first_last: false,
            preallocate: self.preallocate,
            down_bps: None,
            up_bps: None,
        }
    }

    fn begin(&self, disk: Disk, spec: &StartSpec) -> Run {
        let (tx, notes) = unbounded_channel();
        let shared = Arc::new(StorageShared::new(disk));
        let files = TorrentFiles::new(spec, &self.scratch(), shared, tx, 1).unwrap();
        let files = Arc::new(files);
        files.known_as();
        Run { files, notes }
    }

    /// As the app would after an end without warning: by the journal alone.
    fn revive(&self, wanted: u8, power_cut: bool) -> Option<Run> {
        let found = journal::read(&self.scratch(), &self.meta)?;
        assert!(found.same_boot);
        let mut owned = found.owned.clone();
        for index in 0..FILES.len() {
            let bit = u32::try_from(index).unwrap();
            let stamps = [self.path(index), self.temp(index)];
            let mut stamps = stamps
                .iter()
                .filter_map(|path| shoal_files::Stamp::of_path(path).unwrap());
            // One that is empty was made just before the end, or holds nothing that could be lost.
            let ours = stamps.any(|stamp| {
                let noted = power_cut || stamp.file_id == found.file_ids[index];
                stamp.size_bytes == 0 || (owned.get(bit) && noted)
            });
            owned.set(bit, ours);
        }
        let have = if power_cut { found.safe } else { found.have };
        let run = self.begin(Disk::real(), &self.spec(&have, &owned, wanted));
        run.files.prepare().unwrap();
        assert_eq!(run.files.have(), have, "nothing verified is lost");
        Some(run)
    }

    fn foreign_is_as_it_was(&self) {
        let found = fs::read(self.dir.path().join("root/t/dir/notes.txt")).unwrap();
        assert_eq!(found, FOREIGN);
    }
}

impl Run {
    fn blocks(&self, piece: u32) -> Vec<(usize, u64, usize, usize)> {
        let start = piece as usize * PIECE;
        let end = start + self.files.meta.piece_size(piece) as usize;
        let mut blocks = Vec::new();
        for at in (start..end).step_by(BLOCK) {
            let until = end.min(at + BLOCK);
            for (index, slot) in self.files.slots.iter().enumerate() {
                let from = usize::try_from(slot.offset).unwrap();
                let to = from + usize::try_from(slot.length).unwrap();
                let (low, high) = (at.max(from), until.min(to));
                if low < high {
                    blocks.push((index, (low - from) as u64, low, high));
                }
            }
        }
        blocks
    }

    /// Writes a piece as the engine does, or the first part of it.
    fn write(&self, piece: u32, whole: bool) -> Result<(), Fault> {
        if self.files.have.get(piece) {
            return Ok(());
        }
        let blocks = self.blocks(piece);
        let count = if whole {
            blocks.len()
        } else {
            blocks.len() / 2
        };
        for &(index, offset, low, high) in &blocks[..count] {
            let bytes: Vec<u8> = (low..high).map(right).collect();
            let (head, tail) = bytes.split_at(bytes.len() / 3);
            let bufs = [IoSlice::new(head), IoSlice::new(tail)];
            self.files.write(index, offset, bufs)?;
        }
        if whole {
            self.files.piece_verified(piece);
        }
        Ok(())
    }

    fn reads_right(&self, piece: u32) -> Result<bool, Fault> {
        let mut same = true;
        for (index, offset, low, high) in self.blocks(piece) {
            let mut bytes = vec![0; high - low];
            self.files.read(index, offset, &mut bytes)?;
            same &= bytes == (low..high).map(right).collect::<Vec<_>>();
        }
        Ok(same)
    }

    fn all_verified_reads_right(&self) {
        for piece in self.files.have().iter_ones() {
            assert!(self.reads_right(piece).unwrap(), "piece {piece}");
        }
    }

    fn fault(&mut self) -> Option<EngineFault> {
        while let Ok(note) = self.notes.try_recv() {
            if let Note::Fault { fault, .. } = note {
                return Some(fault.kind);
            }
        }
        None
    }
}
