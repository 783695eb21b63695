//! What the system tells of its circumstances, and what is asked of the machine, on a bus of the test's own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use shoal_api::{Rest, WhyAwake};
use shoal_desktop::{
    around::{self, Around},
    bus::Bus,
    machine::rest,
};
use shoal_testkit::{PrivateBus, Process, wait};
use tempfile::TempDir;
use tokio::{sync::watch, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zbus::{Connection, connection::Builder, interface, object_server::SignalEmitter};

struct World {
    daemon: PrivateBus,
    tasks: TaskTracker,
    end: CancellationToken,
    _dir: TempDir,
}

impl World {
    fn new() -> Self {
        let dir = Process::dir();
        Self {
            daemon: PrivateBus::start(dir.path()),
            tasks: TaskTracker::new(),
            end: CancellationToken::new(),
            _dir: dir,
        }
    }

    fn bus(&self) -> Bus {
        Bus::at(self.daemon.address())
    }

    fn around(&self) -> watch::Receiver<Around> {
        around::spawn(&self.bus(), &self.bus(), &self.tasks, &self.end)
    }

    fn service(&self, name: &'static str) -> Builder<'static> {
        let address = self.daemon.address().to_owned();
        let builder = Builder::address(address.as_str()).unwrap();
        builder.name(name).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

#[track_caller]
fn quiet(told: &watch::Receiver<Around>) {
    assert_eq!(*told.borrow(), Around::default());
}

async fn becomes(told: &mut watch::Receiver<Around>, wanted: Around) {
    let came = {
        let wait = told.wait_for(|now| *now == wanted);
        timeout(wait::GENEROUS, wait).await.is_ok()
    };
    assert!(came, "waited in vain for {wanted:?}: {:?}", *told.borrow());
}

struct Battery(bool);

#[interface(name = "org.freedesktop.UPower")]
impl Battery {
    #[zbus(property)]
    fn on_battery(&self) -> bool {
        self.0
    }
}

struct Network(u32);

#[interface(name = "org.freedesktop.NetworkManager")]
impl Network {
    #[zbus(property)]
    fn metered(&self) -> u32 {
        self.0
    }
}

struct Gnome(u32);

#[interface(name = "org.gnome.SessionManager")]
impl Gnome {
    fn is_inhibited(&self, flags: u32) -> bool {
        self.0 & flags != 0
    }

    #[zbus(signal)]
    async fn inhibitor_added(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

struct Kde(u32);

#[interface(name = "org.kde.Solid.PowerManagement.PolicyAgent")]
impl Kde {
    fn has_inhibition(&self, types: u32) -> bool {
        self.0 & types != 0
    }
}

const UPOWER: &str = "/org/freedesktop/UPower";
const NETWORK: &str = "/org/freedesktop/NetworkManager";
const GNOME: &str = "/org/gnome/SessionManager";
const KDE: &str = "/org/kde/Solid/PowerManagement/PolicyAgent";

#[tokio::test]
async fn where_nobody_tells_nothing_is_so() {
    let world = World::new();
    let told = world.around();
    quiet(&told);
    let dir = Process::dir();
    let none = Bus::at(&format!("unix:path={}", dir.path().join("bus").display()));
    quiet(&around::spawn(&none, &none, &world.tasks, &world.end));
    let unknown = Err(WhyAwake::Unknown);
    assert_eq!(rest(&none, Rest::Shutdown).await, unknown);
    assert_eq!(rest(&world.bus(), Rest::Sleep).await, unknown);
}

#[tokio::test]
async fn the_battery_is_told_as_it_comes_and_goes_with_its_service() {
    let world = World::new();
    let mut told = world.around();
    let battery = Around {
        battery: true,
        ..Around::default()
    };
    let upower = world.service("org.freedesktop.UPower");
    let upower = upower.serve_at(UPOWER, Battery(true)).unwrap();
    let upower = upower.build().await.unwrap();
    becomes(&mut told, battery).await;
    plug_in(&upower).await;
    becomes(&mut told, Around::default()).await;
    let server = upower.object_server();
    let place = server.interface::<_, Battery>(UPOWER).await.unwrap();
    place.get_mut().await.0 = true;
    let emitter = place.signal_emitter();
    place.get().await.on_battery_changed(emitter).await.unwrap();
    becomes(&mut told, battery).await;
    drop((place, upower));
    becomes(&mut told, Around::default()).await;
}

async fn plug_in(upower: &Connection) {
    let server = upower.object_server();
    let place = server.interface::<_, Battery>(UPOWER).await.unwrap();
    place.get_mut().await.0 = false;
    let emitter = place.signal_emitter();
    place.get().await.on_battery_changed(emitter).await.unwrap();
}

#[tokio::test]
async fn a_network_is_metered_when_it_is_and_when_that_is_guessed() {
    let world = World::new();
    let mut told = world.around();
    let manager = world.service("org.freedesktop.NetworkManager");
    let manager = manager.serve_at(NETWORK, Network(4)).unwrap();
    let manager = manager.build().await.unwrap();
    let server = manager.object_server();
    let place = server.interface::<_, Network>(NETWORK).await.unwrap();
    for (said, metered) in [(1, true), (2, false), (3, true), (0, false)] {
        place.get_mut().await.0 = said;
        let emitter = place.signal_emitter();
        place.get().await.metered_changed(emitter).await.unwrap();
        let wanted = Around {
            metered,
            ..Around::default()
        };
        becomes(&mut told, wanted).await;
    }
}

#[tokio::test]
async fn a_program_that_keeps_the_screen_lit_counts_and_our_own_wish_does_not() {
    let world = World::new();
    let mut told = world.around();
    let lit = Around {
        full_screen: true,
        ..Around::default()
    };
    // The flag by which a download keeps the machine from sleeping.
    let gnome = world.service("org.gnome.SessionManager");
    let gnome = gnome.serve_at(GNOME, Gnome(4)).unwrap();
    let gnome = gnome.build().await.unwrap();
    let place = gnome.object_server();
    let place = place.interface::<_, Gnome>(GNOME).await.unwrap();
    Gnome::inhibitor_added(place.signal_emitter())
        .await
        .unwrap();
    place.get_mut().await.0 = 8;
    Gnome::inhibitor_added(place.signal_emitter())
        .await
        .unwrap();
    becomes(&mut told, lit).await;
    drop((place, gnome));
    becomes(&mut told, Around::default()).await;
    let kde = world.service("org.kde.Solid.PowerManagement.PolicyAgent");
    let kde = kde.serve_at(KDE, Kde(4)).unwrap();
    let _kde = kde.build().await.unwrap();
    becomes(&mut told, lit).await;
}

/// What each call of `PowerOff` comes to, the last first; then there is no more to say.
struct Asked {
    slept: Arc<AtomicU32>,
    refusals: Vec<Refusal>,
}

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop")]
enum Refusal {
    #[zbus(error)]
    ZBus(zbus::Error),
    #[zbus(name = "DBus.Error.InteractiveAuthorizationRequired")]
    Password(String),
    #[zbus(name = "DBus.Error.AccessDenied")]
    Denied(String),
    #[zbus(name = "login1.BlockedByInhibitorLock")]
    Blocked(String),
    #[zbus(name = "login1.SleepVerbNotSupported")]
    Unable(String),
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Asked {
    fn suspend(&self, interactive: bool) {
        assert!(!interactive);
        self.slept.fetch_add(1, Ordering::Relaxed);
    }

    fn power_off(&mut self, interactive: bool) -> Result<(), Refusal> {
        assert!(!interactive);
        self.refusals.pop().map_or(Ok(()), Err)
    }
}

#[tokio::test]
async fn the_machine_is_asked_and_says_why_it_refuses() {
    let world = World::new();
    let slept = Arc::new(AtomicU32::default());
    let text = || "somebody needs it".to_owned();
    let asked = Asked {
        slept: slept.clone(),
        refusals: vec![
            Refusal::Unable(text()),
            Refusal::Blocked(text()),
            Refusal::Password(text()),
            Refusal::Denied(text()),
        ],
    };
    let logind = world.service("org.freedesktop.login1");
    let logind = logind.serve_at("/org/freedesktop/login1", asked).unwrap();
    let _logind = logind.build().await.unwrap();
    assert_eq!(rest(&world.bus(), Rest::Sleep).await, Ok(()));
    let refusals = [
        WhyAwake::NotAllowed,
        WhyAwake::NotAllowed,
        WhyAwake::Needed,
        WhyAwake::Unknown,
    ];
    for why in refusals {
        assert_eq!(rest(&world.bus(), Rest::Shutdown).await, Err(why));
    }
    assert_eq!(rest(&world.bus(), Rest::Shutdown).await, Ok(()));
    assert_eq!(slept.load(Ordering::Relaxed), 1);
}
