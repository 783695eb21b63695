//! The database with rows that anybody may have written. It must open, say what it put aside, and
//! never hand out resume data that contradict themselves.

use std::{fs, path::Path, sync::OnceLock, time::Duration};

use rusqlite::{Connection, params};
use shoal_core::{SETTINGS, Timestamp};
use shoal_metainfo::InfoHash;
use shoal_store::Store;

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const DATABASE: &str = "shoal.db";

/// Writes parts of `data` as a row of resume data and one of settings, then opens the store.
pub fn store(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(DATABASE);
    fs::write(&path, empty()).expect("room for a small database");
    let hash = InfoHash([7; 20]);
    write_rows(&path, hash, data);
    let (store, loaded) = Store::open(folder.path(), NOW).expect("no row stops a start");
    for (key, _) in &loaded.settings {
        assert!(!key.contains('\0') || SETTINGS.iter().all(|def| def.key != key));
    }
    let resume = store.load_resume_blocking(hash).expect("no row stops this");
    if let Some(resume) = resume {
        let ones = |field: &shoal_metainfo::Bitfield| field.iter_ones().all(|i| i < field.len());
        assert!(ones(&resume.have) && ones(&resume.owned));
    }
    store
        .close(Duration::from_secs(10))
        .expect("it can be closed");
}

/// A new store's database.
fn empty() -> &'static [u8] {
    static EMPTY: OnceLock<Vec<u8>> = OnceLock::new();
    EMPTY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, _) = Store::open(folder.path(), NOW).expect("a new store");
        store
            .close(Duration::from_secs(10))
            .expect("it can be closed");
        fs::read(folder.path().join(DATABASE)).expect("the database is there")
    })
}

fn write_rows(path: &Path, hash: InfoHash, data: &[u8]) {
    let connection = Connection::open(path).expect("the database opens");
    let (head, rest) = data.split_at(data.len().min(4));
    let byte = |at: usize| i64::from(head.get(at).copied().unwrap_or_default());
    let part = rest.len() / 5;
    let part = |number: usize| &rest[number * part..(number + 1) * part];
    // Half of the time lengths that fit, or nothing behind them would ever be read.
    let bits = |odd: i64, bytes: &[u8]| match odd % 2 {
        0 => i64::try_from(bytes.len() * 8).unwrap_or(0),
        _ => odd - 100,
    };
    connection
        .execute(
            "INSERT INTO resume (hash, have_len, have, stamps, owned_len, owned, clean, file_ids)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                hash.0,
                bits(byte(0), part(0)),
                part(0),
                part(1),
                bits(byte(1), part(2)),
                part(2),
                byte(2) % 3,
                part(3),
            ],
        )
        .expect("a row of resume data");
    let number = usize::try_from(byte(3)).unwrap_or(0);
    let key = SETTINGS[number % SETTINGS.len()].key;
    let value = String::from_utf8_lossy(part(4));
    connection
        .execute("INSERT INTO settings VALUES (?1, ?2)", params![key, value])
        .expect("a row of settings");
}
