//! `kill -9` at any moment: every acknowledged commit is there, and the database is sound. The child
//! is this very test binary, told by an environment variable to play the store that is killed.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use super::*;

const ROLE: &str = "SHOAL_STORE_TEST_DIR";
/// Rounds, each with a number of acknowledged commits after which the child is killed.
const ROUNDS: [u32; 6] = [1, 2, 7, 30, 90, 250];

#[test]
fn child() {
    let Some(dir) = std::env::var_os(ROLE) else {
        return;
    };
    let (store, loaded) = Store::open(Path::new(&dir), NOW).unwrap();
    let first = u32::try_from(loaded.torrents.len()).unwrap();
    let mut out = std::io::stdout();
    for n in first.. {
        // Several tables in one commit, and something put off beside it.
        store.commit_soon(vec![StoreOp::MarkDirty(hash(n))]);
        let bytes = metainfo(n, 100 + (n as usize * 37) % 9_000);
        let ops = vec![put(n), bytes, watch::told(u64::from(n) + 1, hash(n))];
        store.commit_blocking(ops).unwrap();
        writeln!(out, "acknowledged {n}").unwrap();
        out.flush().unwrap();
    }
}

/// Runs the child until it has acknowledged `count` commits, kills it, and gives the last one's
/// number as far as it was heard.
fn kill_after(dir: &Path, count: u32) -> u32 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::killed::child",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(ROLE, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut heard = 0;
    let mut last = None;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some((_, number)) = line.split_once("acknowledged ") else {
            continue;
        };
        last = Some(number.parse().unwrap());
        heard += 1;
        if heard == count {
            // It goes on committing meanwhile, so this hits it anywhere; what is still in the pipe
            // is read too.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(heard >= count, "the child ended by itself after {heard}");
    last.unwrap()
}

#[test]
fn every_acknowledged_commit_survives() {
    let dir = temp();
    for count in ROUNDS {
        let last = kill_after(dir.path(), count);
        let (store, loaded) = open(dir.path());
        assert!(!loaded.clean_end);
        assert_eq!(loaded.set_aside, []);
        let found = u32::try_from(loaded.torrents.len()).unwrap();
        assert!(found > last, "acknowledged {last}, found {found}");
        for (n, torrent) in (0..).zip(&loaded.torrents) {
            assert_eq!(*torrent, record(n));
            let bytes = store.load_metainfo_blocking(hash(n)).unwrap();
            assert_eq!(bytes.unwrap().len(), 100 + (n as usize * 37) % 9_000);
        }
        // What the history says was added is there, and the other way round.
        let entries = watch::page(&store, None, None, false, u32::MAX);
        let told: Vec<_> = entries
            .iter()
            .rev()
            .flat_map(|e| e.hashes.clone())
            .collect();
        let listed: Vec<_> = loaded.torrents.iter().map(|t| t.hash).collect();
        assert_eq!(told, listed);
        let verdict: String = store.with_connection(|conn| {
            let verdict = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0));
            verdict.unwrap()
        });
        assert_eq!(verdict, "ok");
        drop(store);
    }
}
