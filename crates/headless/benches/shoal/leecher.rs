//! One download by one client, and the processor time it took from the add to the end. Each client
//! begins with nothing and is dialled by the seeder as soon as it runs the torrent.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use shoal_api::Status;
use shoal_testkit::{Host, Process, Qbittorrent, Torrent, wait};

use crate::{
    client::Shoal,
    place::{Place, example},
};

/// In which no download can still be under way.
pub(crate) const LIMIT: Duration = Duration::from_secs(600);
/// As often as the window of any client looks.
pub(crate) const LOOK: Duration = Duration::from_secs(1);
/// The kernel gives times in these, whatever its own clock does.
const TICK: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Shoal,
    /// Shoal's engine and storage, and nothing else of it.
    Engine,
    Bare,
    Qbittorrent,
}

/// What a run needs.
pub(crate) struct Course<'a> {
    pub(crate) place: &'a Place,
    pub(crate) host: &'a Host,
    pub(crate) seeder: &'a Qbittorrent,
    pub(crate) torrent: &'a Torrent,
    pub(crate) file: &'a Path,
}

/// What a run took.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) user: Duration,
    pub(crate) system: Duration,
    pub(crate) clock: Duration,
}

impl Cost {
    /// Seconds of processor time.
    pub(crate) fn cpu_s(self) -> f64 {
        (self.user + self.system).as_secs_f64()
    }
}

/// Reads what a process and its threads, ended ones too, have used.
pub(crate) struct Meter {
    pid: u32,
    user: Duration,
    system: Duration,
    begun: Instant,
}

impl Meter {
    pub(crate) fn start(pid: u32) -> Self {
        let (user, system) = used(pid);
        Self {
            pid,
            user,
            system,
            begun: Instant::now(),
        }
    }

    pub(crate) fn read(&self) -> Cost {
        let (user, system) = used(self.pid);
        Cost {
            user: user.saturating_sub(self.user),
            system: system.saturating_sub(self.system),
            clock: self.begun.elapsed(),
        }
    }
}

fn used(pid: u32) -> (Duration, Duration) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name, in parentheses, may hold anything; user and system time are fields 14 and 15.
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let time = |at: usize| TICK * fields[at].parse::<u32>().unwrap();
    (time(11), time(12))
}

impl Course<'_> {
    /// Downloads in an empty folder, which is deleted afterwards.
    pub(crate) fn run(&self, kind: Kind) -> Cost {
        let dir = self.place.dir().join("leecher");
        fs::create_dir_all(&dir).unwrap();
        let cost = match kind {
            Kind::Shoal => self.shoal(&dir),
            Kind::Engine => self.program("engine", &dir),
            Kind::Bare => self.program("bare", &dir),
            Kind::Qbittorrent => self.qbittorrent(&dir),
        };
        fs::remove_dir_all(&dir).unwrap();
        cost
    }

    fn dial(&self, port: u16) {
        let addr = SocketAddr::from((self.host.addr(), port));
        self.seeder.add_peer(self.torrent, addr);
    }

    /// With a window open: its events are read to the end.
    fn shoal(&self, dir: &Path) -> Cost {
        let port = self.host.free_port();
        let shoal = Shoal::start(self.host, dir, port);
        let cost = self.host.inside(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let work = self.drive_shoal(&shoal, port);
                tokio::time::timeout(LIMIT, work)
                    .await
                    .unwrap_or_else(|_| panic!("no end\n{}", shoal.process.log_tail()))
            })
        });
        self.check(&shoal.downloads);
        cost
    }

    async fn drive_shoal(&self, shoal: &Shoal, port: u16) -> Cost {
        let (mut commands, mut events) = (shoal.commands().await, shoal.events().await);
        events.snapshot().await;
        let meter = Meter::start(shoal.process.pid());
        let hash = commands.add(&self.torrent.bytes, true).await;
        let (mut dialled, mut finished) = (false, None);
        loop {
            let delta = events.delta().await;
            let Some(row) = delta.upserts.iter().find(|r| r.hash == hash) else {
                continue;
            };
            if row.status == Status::Downloading && !dialled {
                dialled = true;
                self.dial(port);
            }
            if row.status == Status::Seeding && finished.is_none() {
                finished = Some(meter.read());
            }
            // Its data are on the disk too.
            if let (Some(cost), Some(_)) = (finished, row.completed_at) {
                let flushed = meter.read().cpu_s();
                println!("Shoal with its data flushed to the disk: {flushed:.2}");
                return cost;
            }
        }
    }

    /// One of the examples of `shoal-engine`, which all speak alike.
    fn program(&self, name: &str, dir: &Path) -> Cost {
        let (port, go, downloads) = (self.host.free_port(), dir.join("go"), dir.join("downloads"));
        let mut command = self.host.command(example(name));
        command
            .arg(self.file)
            .arg(&downloads)
            .arg(dir.join("scratch"))
            .arg(port.to_string())
            .arg(&go);
        let mut process = Process::spawn(name, &command);
        says(&process, "ready");
        let meter = Meter::start(process.pid());
        fs::write(&go, "").unwrap();
        says(&process, "running");
        self.dial(port);
        says(&process, "finished");
        let cost = meter.read();
        process.stop();
        self.check(&downloads);
        cost
    }

    /// Its web API is asked as often as Shoal tells.
    fn qbittorrent(&self, dir: &Path) -> Cost {
        let downloads = dir.join("downloads");
        fs::create_dir_all(&downloads).unwrap();
        let mut client = Qbittorrent::start(self.host);
        plain(&client);
        let meter = Meter::start(client.process().pid());
        client.add(self.file, &downloads);
        let state = |client: &Qbittorrent| {
            let state = client.torrent(self.torrent)["state"].clone();
            state.as_str().unwrap_or_default().to_owned()
        };
        let wait = |what: &str, look: Duration, there: &dyn Fn() -> bool| {
            while !there() {
                assert!(meter.begun.elapsed() < LIMIT, "{what}: {}", state(&client));
                thread::sleep(look);
            }
        };
        let runs = || ["downloading", "stalledDL"].contains(&state(&client).as_str());
        wait("never ran", LOOK / 5, &runs);
        self.dial(client.peer_addr().port());
        let done = || client.percent_done(self.torrent) >= 1.0;
        wait("never ended", LOOK, &done);
        let cost = meter.read();
        client.process().stop();
        self.check(&downloads);
        cost
    }

    /// Every byte of it; the client's word is not enough.
    fn check(&self, downloads: &Path) {
        let seeded = self.file.parent().unwrap().join(&self.torrent.name);
        let got = downloads.join(&self.torrent.name);
        assert_eq!(shoal_testkit::same_tree(&seeded, &got), Ok(()));
    }
}

fn says(process: &Process, word: &str) {
    let said = || process.log().lines().any(|l| l == word).then_some(());
    wait::until_or_dump(LIMIT, word, said, || process.log_tail());
}

/// Only TCP and no encryption: neither is what is measured.
pub(crate) fn plain(client: &Qbittorrent) {
    let preferences = r#"json={"bittorrent_protocol":1,"encryption":2}"#;
    client.call("app/setPreferences", &["--data-urlencode", preferences]);
}
