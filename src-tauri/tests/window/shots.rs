//! Pictures of the real window, light and dark, when `SHOAL_SHOTS` names a folder for them. What
//! they show is real: torrents in every state, with real peers.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shoal_testkit::{
    Host, Process, Site, Torrent, Tracker, Transmission, payload::Payload, transmission_create,
};
use tempfile::TempDir;
use thirtyfour::Key;

use crate::{
    page::{Painted, button, css, row},
    stage::{Stage, turn},
    window::Window,
};

const MB: u64 = 1_000_000;

/// Name, size in MB and limit of the seeder in kB/s for what is on its way.
const ON_ITS_WAY: &[(&str, u64, u64)] = &[
    ("Fedora-Workstation-Live-43-1.6.x86_64", 90, 2_400),
    ("Sintel, 4K master (2010)", 60, 700),
];
const SHARED: &str = "debian-13.2.0-amd64-netinst.iso";
const STOPPED: &str = "Prelinger Archives, home movies 1930 to 1960";
const IN_THE_WAY: &str = "planet-251103.osm.pbf";
const UNKNOWN: &str = "Tears of Steel 4K";
/// A label, its colour, and the names of what has it.
const LABELS: &[(&str, u8, &[&str])] = &[
    ("Linux", 0, &["Fedora", "debian"]),
    ("Films", 1, &["Sintel", "Prelinger", "Tears"]),
    ("Maps & data", 3, &["planet"]),
];

/// Inter stands in for the system's face, as in the design. For pictures only.
const FAMILIES: &[&str] = &[
    "system-ui",
    "sans-serif",
    "Segoe UI",
    "Cantarell",
    "DejaVu Sans",
];

#[test]
fn shots() {
    let Some(folder) = wanted() else {
        println!("no pictures: SHOAL_SHOTS names no folder");
        return;
    };
    let _turn = turn();
    let cast = Cast::new();
    let mut stage = Stage::new(&cast.site.host("shoal"));
    look_as_designed(&mut stage);
    stage.env("SHOAL_LOG", "warn");
    let window = stage.open();
    window.wait_text("Nothing here yet");
    both(&window, &folder, "first-run");

    cast.fill(&window, &stage);
    window.click(&row(&cast.on_its_way[0].hex()));
    window.see("[role=tabpanel] canvas");
    without_toasts(&window);
    both_with(&window, &folder, "main", ".t-speed .u");
    window.click(&css("[role=tab][id$=-tab-files]"));
    window.see("[role=tabpanel] [role=row]");
    both(&window, &folder, "details-files");
    window.click(&css("[role=tab][id$=-tab-peers]"));
    window.see("[role=tabpanel] [role=gridcell][title^=Transmission]");
    both(&window, &folder, "details-peers");

    places(&window, &cast, &folder);
    stage.start_again(&[cast.file("Album").to_str().unwrap()]);
    window.see("dialog[open] [role=treegrid] [role=row]");
    both(&window, &folder, "add");
    Payload::new(99)
        .write_file(&stage.downloads().join("Album/readme.txt"), 700)
        .unwrap();
    window.click(&button("Cancel"));
    stage.start_again(&[cast.file("Album").to_str().unwrap()]);
    window.see("dialog[open] [role=status] + .opt");
    both(&window, &folder, "add-there");
    window.click(&button("Cancel"));
    window.ctrl(",");
    both(&window, &folder, "settings");
    window.click(&button("Network"));
    both(&window, &folder, "settings-network");
    window.close();
}

/// Where pictures are to lie, if there are to be some.
fn wanted() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("SHOAL_SHOTS")?).join("window");
    fs::create_dir_all(&folder).unwrap();
    Some(folder)
}

/// For a story of which pictures are taken: the face of the design, if there are to be some.
pub fn look_as_designed(stage: &mut Stage) {
    if wanted().is_some() {
        let fonts = prefer_inter(stage.path());
        stage.env("FONTCONFIG_FILE", fonts.to_str().unwrap());
    }
}

/// Takes a picture in the middle of a story, if there are to be some.
pub fn take(window: &Window<'_>, name: &str) {
    if let Some(folder) = wanted() {
        both(window, &folder, name);
    }
}

/// What lies on the disk: an answer that is waited for, another folder, another name.
fn places(window: &Window<'_>, cast: &Cast, folder: &Path) {
    window.click(&css("[role=tab][id$=-tab-overview]"));
    window.click(&row(&cast.in_the_way.hex()));
    window.see(".remedies button");
    both(window, folder, "matches-partly");
    window.click(&row(&cast.shared.hex()));
    window.press(Key::F2);
    window.see("dialog[open] input");
    both(window, folder, "rename");
    window.click(&button("Cancel"));
    window.shift(Key::F10);
    window.see("[role=menu]");
    both(window, folder, "menu");
    window.press(Key::Escape);
}

/// Everybody and everything that is to be seen.
struct Cast {
    site: Site,
    folder: TempDir,
    tracker: Tracker,
    seeder: Transmission,
    on_its_way: Vec<Torrent>,
    shared: Torrent,
    stopped: Torrent,
    in_the_way: Torrent,
    unknown: Torrent,
    leecher: Transmission,
}

impl Cast {
    fn new() -> Self {
        let site = Site::new();
        let folder = Process::dir();
        let host = site.host("tracker");
        let port = host.free_port();
        let url = Tracker::http_url_on((host.addr(), port).into());
        let make = |name: &str, files: &[(&str, u64)]| create(folder.path(), &url, name, files);
        let on_its_way: Vec<_> = ON_ITS_WAY
            .iter()
            .map(|&(name, size, _)| {
                let files = [
                    ("video.mkv", size * MB),
                    ("poster.png", MB / 3),
                    ("credits.txt", 4_000),
                ];
                make(name, &files)
            })
            .collect();
        let shared = make(SHARED, &[("", 200 * MB)]);
        let stopped = make(
            STOPPED,
            &[("1930/reel-01.mp4", 12 * MB), ("1960/reel-02.mp4", 30 * MB)],
        );
        let in_the_way = make(IN_THE_WAY, &[("", 21 * MB)]);
        let unknown = make(UNKNOWN, &[("", MB)]);
        make("Album", ALBUM);
        let mut all: Vec<_> = on_its_way.iter().collect();
        all.extend([&shared, &stopped, &in_the_way, &unknown]);
        let tracker = Tracker::start_on(&host, port, &all);
        let seeder = Self::seeder(
            &site.host("seeder"),
            folder.path(),
            &on_its_way,
            &[&shared, &stopped],
        );
        let limits = json!({"speed-limit-down-enabled": true, "speed-limit-down": 2_500});
        let leecher = Transmission::start_with(&site.host("leecher"), &limits);
        Self {
            site,
            folder,
            tracker,
            seeder,
            on_its_way,
            shared,
            stopped,
            in_the_way,
            unknown,
            leecher,
        }
    }

    fn seeder(host: &Host, folder: &Path, slow: &[Torrent], fast: &[&Torrent]) -> Transmission {
        let mut seeder = Transmission::start(host);
        for torrent in slow.iter().chain(fast.iter().copied()) {
            let file = folder.join(format!("{}.torrent", torrent.name));
            seeder.add(&file, folder);
            seeder.wait_seeding(torrent);
            seeder.wait_announced(torrent);
        }
        for (torrent, (_, _, limit)) in slow.iter().zip(ON_ITS_WAY) {
            let ids = [torrent.hex()];
            let wanted = json!({"ids": ids, "uploadLimited": true, "uploadLimit": limit});
            seeder.call("torrent-set", &wanted);
        }
        seeder
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.torrent"))
    }

    /// Adds everything and waits until each is in the state that it is to be shown in.
    fn fill(&self, window: &Window<'_>, stage: &Stage) {
        // As another program left it, and then changed its end.
        let other = stage.downloads().join(IN_THE_WAY);
        let whole = fs::read(self.folder.path().join(IN_THE_WAY)).unwrap();
        let (good, changed) = whole.split_at(whole.len() / 3);
        fs::write(&other, [good, &vec![7; changed.len()]].concat()).unwrap();
        for name in [SHARED, STOPPED, IN_THE_WAY] {
            window.add_file(&self.file(name));
        }
        stage.start_again(&[&self.magnet()]);
        window.add_shown();
        window.wait_state(&self.in_the_way.hex(), "Needs attention");
        let half = |row: &Painted| row.percent >= Some(30);
        window.wait_painted(&self.stopped.hex(), "some of it", half);
        window.click(&row(&self.stopped.hex()));
        window.click(&button("Stop"));
        window.wait_state(&self.stopped.hex(), "Stopped");
        window.wait_state(&self.shared.hex(), "Seeding");
        self.seeder
            .call("torrent-stop", &json!({"ids": [self.shared.hex()]}));
        self.leecher
            .add(&self.file(SHARED), &self.folder.path().join("leecher"));
        for torrent in &self.on_its_way {
            window.add_file(&self.file(&torrent.name));
        }
        Self::sort(window, stage);
        for torrent in &self.on_its_way {
            let share =
                |row: &Painted| row.percent >= Some(12) && row.sentence.starts_with("About ");
            window.wait_painted(&torrent.hex(), "a part and an estimate", share);
        }
        let sending = format!("[data-key='{}'] .t-speed .u", self.shared.hex());
        window.see(&sending);
    }

    /// Gives labels, and has a folder watched.
    fn sort(window: &Window<'_>, stage: &Stage) {
        let snapshot = window.try_call("snapshot", &json!({})).unwrap();
        let list = snapshot["torrents"].as_array().unwrap();
        for &(label, colour, names) in LABELS {
            let put = json!({"name": label, "colour": colour});
            window.try_call("put_label", &put).unwrap();
            let has = |row: &&Value| {
                names
                    .iter()
                    .any(|name| row["name"].as_str().unwrap().starts_with(name))
            };
            let hashes: Vec<_> = list.iter().filter(has).map(|row| &row["hash"]).collect();
            let set = json!({"hashes": hashes, "labels": [label]});
            window.try_call("set_labels", &set).unwrap();
        }
        let folder = stage.path().join("Incoming");
        fs::create_dir(&folder).unwrap();
        let rules = json!({
            "path": folder, "enabled": true, "save_to": null, "labels": [], "start": true, "top": false,
            "subfolders": "off", "after": {"kind": "rename"}, "bad_folder": null, "include": [], "exclude": [],
            "how": "auto",
        });
        window
            .try_call("watch_put", &json!({"id": null, "rules": rules}))
            .unwrap();
    }

    fn magnet(&self) -> String {
        let link = self.unknown.magnet(&[&self.tracker.http_url()]);
        format!("{link}&dn={}", UNKNOWN.replace(' ', "+"))
    }
}

const ALBUM: &[(&str, u64)] = &[
    ("cover.jpg", 840_000),
    ("disc 1/01 Overture.flac", 5 * MB),
    ("disc 1/02 Tides.flac", 7 * MB),
    ("disc 2/01 Shoals.flac", 6 * MB),
    ("disc 2/02 Deep water.flac", 4 * MB),
    ("readme.txt", 1_900),
];

/// Makes files and their torrent; a file without a path is the torrent itself.
fn create(folder: &Path, tracker: &str, name: &str, files: &[(&str, u64)]) -> Torrent {
    let root = folder.join(name);
    for (at, (path, size)) in (0..).zip(files) {
        let file = if path.is_empty() {
            root.clone()
        } else {
            root.join(path)
        };
        Payload::new(at).write_file(&file, *size).unwrap();
    }
    let out = folder.join(format!("{name}.torrent"));
    transmission_create(&root, &out, &[tracker], 256)
}

/// The piece map is drawn by script, a little later than the rest takes its colours.
const DRAWN: &str = r"
    const map = document.querySelector('canvas');
    if (map === null) return true;
    const [red, green, blue] = map.getContext('2d').getImageData(1, 1, 1, 1).data;
    const drawn = '#' + [red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('');
    const style = getComputedStyle(map);
    return ['--down-bar', '--track'].some((name) => style.getPropertyValue(name).trim() === drawn);
";

/// Takes the picture in both themes: the window's inside, as it is on the display.
fn both(window: &Window<'_>, folder: &Path, name: &str) {
    both_with(window, folder, name, "body");
}

/// As [`both`], at a moment when this is there.
fn both_with(window: &Window<'_>, folder: &Path, name: &str, selector: &str) {
    for theme in ["dark", "light"] {
        let change = json!({"values": {"appearance.theme": theme}});
        window.try_call("set_settings", &change).unwrap();
        let shown = "return document.documentElement.dataset.theme";
        window.until(theme, || (window.script(shown, &[]) == theme).then_some(()));
        window.until("the map in these colours", || {
            (window.script(DRAWN, &[]) == true).then_some(())
        });
        window.settle();
        window.see(selector);
        let file = folder.join(format!("{name}-{theme}.png"));
        window.stage.desktop.shoot("Shoal", &file);
        println!("{}", file.display());
    }
}

fn without_toasts(window: &Window<'_>) {
    let none = "return document.querySelector('.toast') === null";
    window.until("the toasts to go", || {
        (window.script(none, &[]) == true).then_some(())
    });
}

fn prefer_inter(folder: &Path) -> PathBuf {
    let alias = |family: &&str| {
        format!(
            r#"<match target="pattern"><test name="family"><string>{family}</string></test>
            <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>"#
        )
    };
    let aliases: String = FAMILIES.iter().map(alias).collect();
    let file = folder.join("fonts.conf");
    let text = format!(
        r#"<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
        <dir>/usr/share/fonts</dir><cachedir>{}</cachedir>{aliases}</fontconfig>"#,
        folder.join("fonts").display()
    );
    fs::write(&file, text).unwrap();
    file
}
