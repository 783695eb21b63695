//! How exactly limits of speed are kept: by the real server and, in the same run, by a
//! transmission-daemon with the same limit, each against one qbittorrent-nox without any, which is
//! fast. Both ways, from 50 kB/s to 100 MB/s. Where a limit costs no processor worth speaking of both are
//! measured in the same seconds, else one after the other: all of it takes seven minutes.
//!
//! The judge is the network card of whoever sends: the payload of its packets in 30 seconds, after
//! five in which what a limiter gives away at the begin is used up.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use shoal_testkit::{
    Host, Qbittorrent, Site, Torrent, TorrentSpec, Transmission,
    payload::Payload,
    report::{Figure, runs},
};

use crate::{client::Shoal, leecher::plain, place::Place, start::wait_seeding};

const ERROR: &str = "limit.error_percent_max";
pub(crate) const NAMES: &[&str] = &[ERROR];

/// In kB/s.
const LIMITS_KBPS: [u32; 4] = [50, 1_000, 10_000, 100_000];
const LIMITS_QUICK_KBPS: [u32; 2] = [50, 1_000];
/// What is aimed at, in percent.
const TARGET: f64 = 3.0;
const WARM_UP: Duration = Duration::from_secs(5);
const SPAN: Duration = Duration::from_secs(30);
const SPAN_QUICK: Duration = Duration::from_secs(10);
/// Up to this limit two programs do not take time from one another.
const AT_ONCE_KBPS: u32 = 10_000;
/// Content for so many seconds at the limit. There is room for it twice, which is nine gigabytes.
const CONTENT_S: u64 = 44;
/// Heads of a packet with time stamps: Ethernet, IPv4, TCP.
const HEADS: i64 = 14 + 20 + 32;
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Down,
    Up,
}

/// One limit, one way.
struct Course<'a> {
    site: &'a Site,
    dir: &'a Path,
    /// The folder with the content and the torrent of it.
    content: PathBuf,
    torrent: Torrent,
    kbps: u32,
    way: Way,
    span: Duration,
    /// Others so far.
    others: AtomicU32,
}

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !chosen.contains(&ERROR) {
        return Vec::new();
    }
    let (limits, span) = if place.size.quick {
        (&LIMITS_QUICK_KBPS[..], SPAN_QUICK)
    } else {
        (&LIMITS_KBPS[..], SPAN)
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for &kbps in limits {
        let dir = place.dir().join("limit");
        for way in [Way::Down, Way::Up] {
            let site = Site::new();
            let course = Course::new(&site, &dir, kbps, way, span);
            let both = course.both();
            let errors = both.map(|bps| (bps / (f64::from(kbps) * 1_000.0) - 1.0) * 100.0);
            println!(
                "{way:?} at {kbps} kB/s: Shoal {:.0} ({:+.2} %), transmission {:.0} ({:+.2} %)",
                both[0], errors[0], both[1], errors[1],
            );
            ours.push(errors[0].abs());
            theirs.push(errors[1].abs());
        }
        fs::remove_dir_all(&dir).unwrap();
    }
    runs("Shoal, percent off the limit", &ours, 2);
    runs("transmission, percent off the limit", &theirs, 2);
    let worst = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
    println!("transmission's worst: {:.2} %", worst(&theirs));
    vec![Figure {
        name: ERROR,
        value: worst(&ours),
        unit: "percent",
        against: "target of 3 %",
        ratio: worst(&ours) / TARGET,
        target: 1.0,
    }]
}

impl<'a> Course<'a> {
    fn new(site: &'a Site, dir: &'a Path, kbps: u32, way: Way, span: Duration) -> Self {
        let content = dir.join("content");
        let payload = content.join("payload.bin");
        let bytes = u64::from(kbps) * 1_000 * CONTENT_S;
        if !payload.exists() {
            fs::create_dir_all(&content).unwrap();
            Payload::new(7).write_file(&payload, bytes).unwrap();
            // Or the run would share the disk with what is left to be written of it.
            File::open(&payload).unwrap().sync_all().unwrap();
        }
        let piece = if kbps >= 10_000 { 1 << 20 } else { 64 << 10 };
        let torrent = TorrentSpec::new().piece_length(piece).build(&payload);
        fs::write(content.join("payload.torrent"), &torrent.bytes).unwrap();
        Self {
            site,
            dir,
            content,
            torrent,
            kbps,
            way,
            span,
            others: AtomicU32::new(0),
        }
    }

    fn file(&self) -> PathBuf {
        self.content.join("payload.torrent")
    }

    /// Bytes a second of Shoal and of transmission.
    fn both(&self) -> [f64; 2] {
        if self.kbps > AT_ONCE_KBPS {
            return [self.shoal(), self.transmission()];
        }
        thread::scope(|scope| {
            let theirs = scope.spawn(|| self.transmission());
            [self.shoal(), theirs.join().unwrap()]
        })
    }

    /// The one without a limit, ready to dial.
    fn other(&self, number: u32) -> (Host, Qbittorrent) {
        let host = self.site.host(&format!("other{number}"));
        let mut client = Qbittorrent::start(&host);
        plain(&client);
        match self.way {
            Way::Down => {
                client.add(&self.file(), &self.content);
                client.wait_seeding(&self.torrent);
            }
            Way::Up => {
                let dir = self.fresh(&format!("other{number}"));
                client.add(&self.file(), &dir);
                let begun = Instant::now();
                let ready = |c: &Qbittorrent| {
                    let state = c.torrent(&self.torrent)["state"].clone();
                    state == "downloading" || state == "stalledDL"
                };
                while !ready(&client) {
                    assert!(begun.elapsed() < PATIENCE, "it never ran");
                    thread::sleep(Duration::from_millis(200));
                }
            }
        }
        (host, client)
    }

    /// A folder with nothing in it.
    fn fresh(&self, name: &str) -> PathBuf {
        let dir = self.dir.join(name);
        if dir.exists() {
            fs::remove_dir_all(&dir).unwrap();
        }
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn shoal(&self) -> f64 {
        let dir = self.fresh("shoal");
        let downloads = dir.join("downloads");
        fs::create_dir_all(&downloads).unwrap();
        if self.way == Way::Up {
            let (from, to) = ("payload.bin", downloads.join("payload.bin"));
            fs::hard_link(self.content.join(from), to).unwrap();
        }
        let host = self.site.host("shoal");
        let port = host.free_port();
        let mut shoal = Shoal::start(&host, &dir, port);
        let key = match self.way {
            Way::Down => "speed.down_kbps",
            Way::Up => "speed.up_kbps",
        };
        host.inside(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut commands = shoal.commands().await;
                let limit = json!({"values": {key: self.kbps}});
                commands.call("set_settings", &limit).await;
                let hash = commands.add(&self.torrent.bytes, true).await;
                if self.way == Way::Up {
                    wait_seeding(&mut commands, &hash).await;
                }
            });
        });
        let speed = self.measure(&host, SocketAddr::from((host.addr(), port)));
        shoal.process.stop();
        fs::remove_dir_all(dir).unwrap();
        speed
    }

    fn transmission(&self) -> f64 {
        let dir = match self.way {
            Way::Down => self.fresh("transmission"),
            Way::Up => self.content.clone(),
        };
        let host = self.site.host("transmission");
        let mut client = Transmission::start(&host);
        let way = match self.way {
            Way::Down => "down",
            Way::Up => "up",
        };
        let limit = json!({
            format!("speed-limit-{way}"): self.kbps,
            format!("speed-limit-{way}-enabled"): true,
        });
        client.call("session-set", &limit);
        client.add(&self.file(), &dir);
        if self.way == Way::Up {
            client.wait_seeding(&self.torrent);
        }
        let speed = self.measure(&host, client.peer_addr());
        client.process().stop();
        if self.way == Way::Down {
            fs::remove_dir_all(dir).unwrap();
        }
        speed
    }

    /// Has the other one dial, and gives bytes a second.
    fn measure(&self, host: &Host, addr: SocketAddr) -> f64 {
        let number = self.others.fetch_add(1, Ordering::Relaxed);
        let (other, mut client) = self.other(number);
        let sender = match self.way {
            Way::Down => &other,
            Way::Up => host,
        };
        let before = payload_sent(sender);
        let begun = Instant::now();
        let mut dialled: Option<Instant> = None;
        // More than greetings.
        while payload_sent(sender) - before < 20_000 {
            assert!(
                begun.elapsed() < PATIENCE,
                "nothing moved: is there room for {} kB twice?",
                u64::from(self.kbps) * CONTENT_S
            );
            if dialled.is_none_or(|at| at.elapsed() > WARM_UP) {
                client.add_peer(&self.torrent, addr);
                dialled = Some(Instant::now());
            }
            thread::sleep(Duration::from_millis(20));
        }
        thread::sleep(WARM_UP);
        let (from, begun) = (payload_sent(sender), Instant::now());
        thread::sleep(self.span);
        let (to, seconds) = (payload_sent(sender), begun.elapsed().as_secs_f64());
        client.process().stop();
        if self.way == Way::Up {
            fs::remove_dir_all(self.dir.join(format!("other{number}"))).unwrap();
        }
        #[expect(clippy::cast_precision_loss, reason = "a figure")]
        let moved = (to - from) as f64;
        moved / seconds
    }
}

/// What the network card of a host has sent, without the heads of packets; those that are no TCP take
/// away a few bytes.
fn payload_sent(host: &Host) -> i64 {
    assert!(
        host.is_namespaced(),
        "only a namespace has a card of its own"
    );
    let table = host.inside(|| {
        // The network of this thread, not of the process.
        fs::read_to_string("/proc/thread-self/net/dev").unwrap()
    });
    let line = table.lines().find_map(|l| l.trim().strip_prefix("eth0:"));
    let fields = line.unwrap_or_else(|| panic!("no card: {table}"));
    // Eight counters of what came, then bytes and packets sent.
    let mut sent = fields.split_whitespace().skip(8);
    let mut next = || sent.next().unwrap().parse::<i64>().unwrap();
    let (bytes, packets) = (next(), next());
    bytes - packets * HEADS
}
