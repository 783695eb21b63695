//! One large file that lies in the page cache, sent to one qbittorrent-nox, in turn by Shoal and by
//! another qbittorrent-nox, each on the same host and alone.
//!
//! The leecher dials. Counted is the processor time of the seeder's process, which has looked at the
//! file before, from the dial until the leecher says that it has all.

use std::{fs, net::SocketAddr, path::Path, thread, time::Duration};

use shoal_testkit::{
    Host, Qbittorrent, Site, Torrent, TorrentSpec,
    payload::Payload,
    report::{Figure, median, runs},
    same_tree,
};

use crate::{
    client::Shoal,
    leecher::{Cost, LIMIT, LOOK, Meter, plain},
    place::Place,
    start::wait_seeding,
};

const AGAINST_QBITTORRENT: &str = "upload.cpu_ratio_vs_qbittorrent";
pub(crate) const NAMES: &[&str] = &[AGAINST_QBITTORRENT];

/// Usual for a torrent of this size.
const PIECE_BYTES: u32 = 2 << 20;

/// What every run shares.
struct Upload<'a> {
    seeder: &'a Host,
    leecher: &'a Host,
    /// Of Shoal; the file is in its folder for downloads.
    dir: &'a Path,
    torrent: &'a Torrent,
}

pub(crate) fn run(place: &Place, chosen: &[&str]) -> Vec<Figure> {
    if !chosen.contains(&AGAINST_QBITTORRENT) {
        return Vec::new();
    }
    let dir = place.dir().join("upload");
    let payload = dir.join("downloads").join("payload.bin");
    let made = Payload::new(6).write_file(&payload, place.size.payload_bytes);
    made.unwrap();
    fs::File::open(&payload).unwrap().sync_all().unwrap();
    let torrent = TorrentSpec::new().piece_length(PIECE_BYTES).build(&payload);
    fs::write(dir.join("payload.torrent"), &torrent.bytes).unwrap();
    let site = Site::new();
    let (seeder, leecher) = (site.host("seeder"), site.host("leecher"));
    let upload = Upload {
        seeder: &seeder,
        leecher: &leecher,
        dir: &dir,
        torrent: &torrent,
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..place.size.rounds {
        // Nobody always comes first.
        if round % 2 == 0 {
            ours.push(upload.shoal());
            theirs.push(upload.qbittorrent());
        } else {
            theirs.push(upload.qbittorrent());
            ours.push(upload.shoal());
        }
    }
    runs("Shoal sends, processor seconds", &ours, 2);
    runs("qBittorrent sends, processor seconds", &theirs, 2);
    let pairs = ours.iter().zip(&theirs);
    let ratios: Vec<f64> = pairs.map(|(ours, theirs)| ours / theirs).collect();
    runs(
        &format!("{AGAINST_QBITTORRENT}, round by round"),
        &ratios,
        3,
    );
    let ratio = median(&ratios);
    vec![Figure {
        name: AGAINST_QBITTORRENT,
        value: ratio,
        unit: "ratio",
        against: "qbittorrent-nox",
        ratio,
        target: 1.0,
    }]
}

impl Upload<'_> {
    fn shoal(&self) -> f64 {
        let port = self.seeder.free_port();
        let mut shoal = Shoal::start(self.seeder, self.dir, port);
        self.seeder.inside(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut commands = shoal.commands().await;
                let hash = commands.add(&self.torrent.bytes, true).await;
                wait_seeding(&mut commands, &hash).await;
            });
        });
        let cost = self.send(
            shoal.process.pid(),
            SocketAddr::from((self.seeder.addr(), port)),
        );
        shoal.process.stop();
        fs::remove_dir_all(self.dir.join("data")).unwrap();
        told("Shoal", cost)
    }

    fn qbittorrent(&self) -> f64 {
        let mut client = Qbittorrent::start(self.seeder);
        plain(&client);
        let downloads = self.dir.join("downloads");
        client.add(&self.dir.join("payload.torrent"), &downloads);
        client.wait_seeding(self.torrent);
        let cost = self.send(client.process().pid(), client.peer_addr());
        client.process().stop();
        told("qBittorrent", cost)
    }

    /// A fresh leecher fetches all from `from`; gives what that cost the process that sends.
    fn send(&self, pid: u32, from: SocketAddr) -> Cost {
        let dir = self.dir.join("leecher");
        fs::create_dir_all(&dir).unwrap();
        let mut leecher = Qbittorrent::start(self.leecher);
        plain(&leecher);
        leecher.add(&self.dir.join("payload.torrent"), &dir);
        let state = |leecher: &Qbittorrent| leecher.torrent(self.torrent)["state"].clone();
        let wait = |look: Duration, there: &dyn Fn() -> bool| {
            let meter = Meter::start(pid);
            while !there() {
                let took = meter.read().clock;
                assert!(took < LIMIT, "no end: {}", state(&leecher));
                thread::sleep(look);
            }
        };
        wait(LOOK / 5, &|| {
            let state = state(&leecher);
            state == "downloading" || state == "stalledDL"
        });
        let meter = Meter::start(pid);
        leecher.add_peer(self.torrent, from);
        wait(LOOK, &|| leecher.percent_done(self.torrent) >= 1.0);
        let cost = meter.read();
        leecher.process().stop();
        assert_eq!(same_tree(&self.dir.join("downloads"), &dir), Ok(()));
        fs::remove_dir_all(&dir).unwrap();
        cost
    }
}

fn told(who: &str, cost: Cost) -> f64 {
    let [user, system, clock] = [cost.user, cost.system, cost.clock].map(|t| t.as_secs_f64());
    println!(
        "{who} sent: {user:.2} + {system:.2} = {:.2} ({clock:.1})",
        cost.cpu_s()
    );
    cost.cpu_s()
}
