//! One qbittorrent-nox that sends at most 20 MB a second, and three leechers that begin together:
//! all Shoal, or all qbittorrent-nox, in turn. Each is a process on a host of its own; a tracker
//! tells them of one another. How well they share what they have shows in the time until the last
//! one is complete, and in how often the seeder had to send the content.
//!
//! Time is on the clock here, from before the first add; each end is seen to a second, as in a
//! window. What the seeder sent is counted at its network card, the packets' heads included.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use shoal_api::Status;
use shoal_testkit::{
    Host, Qbittorrent, Site, Torrent, TorrentSpec, Tracker,
    payload::Payload,
    report::{Figure, median, runs},
    same_tree,
};

use crate::{client::Shoal, leecher::plain, place::Place};

const TIME: &str = "swarm.time_ratio_vs_qbittorrent";
const SENT: &str = "swarm.seeder_sent_ratio";
pub(crate) const NAMES: &[&str] = &[TIME, SENT];

const LEECHERS: usize = 3;
/// Bytes a second.
const SEEDER_LIMIT: u64 = 20_000_000;
/// Usual for a torrent of this size.
const PIECE_BYTES: u32 = 512 << 10;
/// In which no download can still be under way.
const LIMIT: Duration = Duration::from_secs(600);
/// As often as the window of any client looks.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Shoal,
    Qbittorrent,
}

/// One swarm of leechers of one kind.
struct Outcome {
    /// From the first add to the last end.
    seconds: f64,
    /// What the seeder sent, as a multiple of the content.
    sent: f64,
}

/// A leecher that runs and has nothing to do yet.
struct Leecher {
    host: Host,
    downloads: PathBuf,
    client: Client,
}

enum Client {
    Shoal(Shoal),
    Qbittorrent(Qbittorrent),
}

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !chosen.iter().any(|name| NAMES.contains(name)) {
        return Vec::new();
    }
    let payload = place.dir().join("swarm").join("payload.bin");
    let bytes = place.size.swarm_bytes;
    Payload::new(5).write_file(&payload, bytes).unwrap();
    File::open(&payload).unwrap().sync_all().unwrap();
    let mib = bytes >> 20;
    println!("{LEECHERS} leechers of {mib} MiB from one seeder of {SEEDER_LIMIT} bytes a second");
    let mut kinds = [Kind::Shoal, Kind::Qbittorrent];
    let mut rounds = Vec::new();
    for round in 0..place.size.swarms {
        let mut outcomes = kinds.map(|kind| {
            let outcome = swarm(place, &payload, kind);
            let Outcome { seconds, sent } = outcome;
            println!(
                "round {}: {kind:?} {seconds:.1} s, sent {sent:.3}",
                round + 1
            );
            outcome
        });
        // Nobody always comes first.
        if kinds[0] != Kind::Shoal {
            outcomes.reverse();
        }
        rounds.push(outcomes);
        kinds.reverse();
    }
    figures(&rounds)
}

fn figures(rounds: &[[Outcome; 2]]) -> Vec<Figure> {
    for (at, kind) in [Kind::Shoal, Kind::Qbittorrent].into_iter().enumerate() {
        let all = |of: fn(&Outcome) -> f64| rounds.iter().map(|r| of(&r[at])).collect::<Vec<_>>();
        runs(&format!("{kind:?}, seconds"), &all(|o| o.seconds), 1);
        runs(
            &format!("{kind:?}, sent by the seeder"),
            &all(|o| o.sent),
            3,
        );
    }
    let ratios: Vec<f64> = rounds.iter().map(|r| r[0].seconds / r[1].seconds).collect();
    runs(&format!("{TIME}, round by round"), &ratios, 3);
    let sent: Vec<f64> = rounds.iter().map(|r| r[0].sent).collect();
    let figure = |name, value, against, target| Figure {
        name,
        value,
        unit: "ratio",
        against,
        ratio: value,
        target,
    };
    vec![
        figure(TIME, median(&ratios), "qbittorrent-nox", 1.0),
        figure(SENT, median(&sent), "content sent once", 1.4),
    ]
}

/// Everything is made anew, so that nobody dials who is gone.
fn swarm(place: &Place, payload: &Path, kind: Kind) -> Outcome {
    let site = Site::new();
    let tracking = site.host("tracker");
    let port = tracking.free_port();
    let url = format!("http://{}:{port}/announce", tracking.addr());
    let spec = TorrentSpec::new().piece_length(PIECE_BYTES).tracker(&url);
    let torrent = spec.build(payload);
    let dir = place.dir().join("swarm-run");
    fs::create_dir_all(&dir).unwrap();
    let file = dir.join("payload.torrent");
    fs::write(&file, &torrent.bytes).unwrap();
    let _tracker = Tracker::start_on(&tracking, port, &[&torrent]);

    let seeding = site.host("seeder");
    let mut seeder = Qbittorrent::start(&seeding);
    plain(&seeder);
    seeder.set_limits(0, SEEDER_LIMIT);
    seeder.add(&file, payload.parent().unwrap());
    seeder.wait_seeding(&torrent);
    seeder.wait_announced(&torrent);

    let start = |number: usize| {
        let host = site.host(&format!("leecher{number}"));
        Leecher::start(kind, host, &dir.join(number.to_string()))
    };
    let mut leechers: Vec<Leecher> = (0..LEECHERS).map(start).collect();
    let before = Card::of(&seeding).sent();
    // They stay until all are complete: the others may need them.
    let spans: Vec<(Instant, Instant)> = thread::scope(|scope| {
        let (file, torrent) = (&file, &torrent);
        let threads: Vec<_> = leechers
            .iter_mut()
            .map(|leecher| scope.spawn(move || leecher.fetch(file, torrent)))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let sent = Card::of(&seeding).sent() - before;
    let begun = spans.iter().map(|s| s.0).min().unwrap();
    let ended = spans.iter().map(|s| s.1).max().unwrap();
    for leecher in &leechers {
        let got = leecher.downloads.join(&torrent.name);
        assert_eq!(same_tree(payload, &got), Ok(()));
    }
    drop(leechers);
    fs::remove_dir_all(&dir).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let sent = sent as f64 / place.size.swarm_bytes as f64;
    Outcome {
        seconds: (ended - begun).as_secs_f64(),
        sent,
    }
}

impl Leecher {
    fn start(kind: Kind, host: Host, dir: &Path) -> Self {
        let downloads = dir.join("downloads");
        fs::create_dir_all(&downloads).unwrap();
        let client = match kind {
            Kind::Shoal => Client::Shoal(Shoal::start(&host, dir, host.free_port())),
            Kind::Qbittorrent => {
                let client = Qbittorrent::start(&host);
                plain(&client);
                Client::Qbittorrent(client)
            }
        };
        Self {
            host,
            downloads,
            client,
        }
    }

    /// When it began and when it had everything.
    fn fetch(&mut self, file: &Path, torrent: &Torrent) -> (Instant, Instant) {
        match &mut self.client {
            Client::Shoal(shoal) => self.host.inside(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let ended = tokio::time::timeout(LIMIT, drive(shoal, torrent)).await;
                    ended.unwrap_or_else(|_| panic!("no end\n{}", shoal.process.log_tail()))
                })
            }),
            Client::Qbittorrent(client) => {
                let begun = Instant::now();
                client.add(file, &self.downloads);
                while client.percent_done(torrent) < 1.0 {
                    assert!(begun.elapsed() < LIMIT, "{}", client.process().log_tail());
                    thread::sleep(LOOK);
                }
                (begun, Instant::now())
            }
        }
    }
}

async fn drive(shoal: &Shoal, torrent: &Torrent) -> (Instant, Instant) {
    let (mut commands, mut events) = (shoal.commands().await, shoal.events().await);
    events.snapshot().await;
    let begun = Instant::now();
    let hash = commands.add(&torrent.bytes, true).await;
    loop {
        let delta = events.delta().await;
        let mut rows = delta.upserts.iter();
        if rows.any(|r| r.hash == hash && r.status == Status::Seeding) {
            return (begun, Instant::now());
        }
    }
}

/// The network card of a host.
struct Card<'a> {
    host: &'a Host,
}

impl<'a> Card<'a> {
    fn of(host: &'a Host) -> Self {
        assert!(
            host.is_namespaced(),
            "only a namespace has a card of its own"
        );
        Self { host }
    }

    /// Bytes sent since it was made.
    fn sent(&self) -> u64 {
        let table = self.host.inside(|| {
            // The network of this thread, not of the process.
            fs::read_to_string("/proc/thread-self/net/dev").unwrap()
        });
        let line = table.lines().find_map(|l| l.trim().strip_prefix("eth0:"));
        let fields = line.unwrap_or_else(|| panic!("no card: {table}"));
        // Eight counters of what came, then bytes sent.
        let sent = fields.split_whitespace().nth(8).unwrap();
        sent.parse().unwrap()
    }
}
