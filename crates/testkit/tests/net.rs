//! Hosts reach one another and nothing else, links obey, and nothing is left behind.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![allow(clippy::print_stderr, reason = "a skipped variant is said")]

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use shoal_testkit::{Host, Site, wait};

fn namespaces() -> Option<Site> {
    let site = Site::namespaces();
    if let Err(reason) = &site {
        eprintln!("skipped, no namespaces: {reason}");
    }
    site.ok()
}

fn connect(from: &Host, to: SocketAddr, limit: Duration) -> Option<TcpStream> {
    from.inside(|| TcpStream::connect_timeout(&to, limit).ok())
}

fn listen(host: &Host) -> (TcpListener, SocketAddr) {
    let addr = SocketAddr::from((host.addr(), host.free_port()));
    (host.inside(|| TcpListener::bind(addr).unwrap()), addr)
}

fn exchange(site: &Site) {
    let (a, b) = (site.host("a"), site.host("b"));
    assert_ne!(a.addr(), b.addr());
    assert!(!a.is_bound(a.addr(), 9));
    let (listener, addr) = listen(&a);
    assert!(a.is_bound(a.addr(), addr.port()));
    assert!(!a.is_free(a.addr(), addr.port()));
    let mut stream = connect(&b, addr, wait::GENEROUS).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    stream.write_all(b"hello").unwrap();
    let mut got = [0; 5];
    other.read_exact(&mut got).unwrap();
    assert_eq!(&got, b"hello");

    let output = b.command("sh").args(["-c", "echo here"]).output().unwrap();
    assert_eq!(output.stdout, b"here\n");
    let refused = b.curl(&[&format!("http://{}:{}/", b.addr(), b.free_port())], "");
    assert!(refused.unwrap_err().contains("curl"));
}

#[test]
fn loopback_hosts_reach_one_another() {
    exchange(&Site::loopback());
}

#[test]
fn namespaced_hosts_reach_one_another() {
    namespaces().iter().for_each(exchange);
}

#[test]
fn ports_are_distinct_and_below_the_ephemeral_ones() {
    let host = Site::loopback().host("a");
    let ports: BTreeSet<u16> = (0..50).map(|_| host.free_port()).collect();
    assert_eq!(ports.len(), 50);
    assert!(ports.iter().all(|port| (10_000..32_768).contains(port)));
}

#[test]
fn a_namespaced_host_cannot_leave_the_site() {
    let Some(site) = namespaces() else { return };
    let (a, stranger) = (site.host("a"), Site::namespaces().unwrap().host("stranger"));
    assert_eq!(
        a.addr(),
        stranger.addr(),
        "sites may use the same addresses"
    );
    let (_listener, addr) = listen(&stranger);
    assert!(connect(&a, addr, Duration::from_secs(1)).is_none());
    let outside = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 80));
    assert!(connect(&a, outside, Duration::from_secs(1)).is_none());
}

#[test]
fn a_cut_host_is_unreachable_until_it_is_healed() {
    let Some(site) = namespaces() else { return };
    let (a, b) = (site.host("a"), site.host("b"));
    let (_listener, addr) = listen(&a);
    a.cut();
    assert!(connect(&b, addr, Duration::from_millis(500)).is_none());
    a.heal();
    wait::until(wait::GENEROUS, "the healed link", || {
        connect(&b, addr, Duration::from_secs(1))
    });
}

#[test]
fn a_slow_host_is_slow_in_both_directions() {
    const BYTES: usize = 300_000;
    let Some(site) = namespaces() else { return };
    let (a, b) = (site.host("a"), site.host("b"));
    let (listener, addr) = listen(&a);
    let transfer = |up: bool| {
        let mut near = connect(&b, addr, wait::GENEROUS).unwrap();
        let mut far = listener.accept().unwrap().0;
        let start = Instant::now();
        let (from, to) = if up {
            (&mut far, &mut near)
        } else {
            (&mut near, &mut far)
        };
        thread::scope(|scope| {
            scope.spawn(|| from.write_all(&vec![7; BYTES]).unwrap());
            to.read_exact(&mut vec![0; BYTES]).unwrap();
        });
        start.elapsed()
    };
    // 300 kB at 1,600 kbit/s take 1.5 s, less what the burst lets through.
    let _ = a.slow(1_600, 0);
    assert!(transfer(true) > Duration::from_secs(1));
    assert!(transfer(false) > Duration::from_secs(1));
    a.full_speed();
    wait::until(wait::GENEROUS, "full speed", || {
        (transfer(true) < Duration::from_millis(500)).then_some(())
    });
}

fn names_of(pid: &str) -> Vec<String> {
    let prefix = format!("shoal-test-{pid}-");
    let entries = fs::read_dir("/run/netns").into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(&prefix)).collect()
}

#[test]
fn nothing_is_left_behind() {
    let Some(site) = namespaces() else { return };
    let host = site.host("a");
    let place = host.command("x");
    let name = place
        .get_args()
        .nth(2)
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let path = Path::new("/run/netns").join(&name);
    drop(site);
    assert!(path.exists());
    drop(host);
    assert!(!path.exists());

    // What a killed test left behind goes at the next start; 2^22 is above every process id.
    let dead = "4194304";
    let stale = format!("shoal-test-{dead}-0-host");
    let added = Command::new("ip")
        .args(["netns", "add", &stale])
        .status()
        .unwrap();
    assert!(added.success());
    let _site = namespaces().unwrap();
    wait::until(wait::GENEROUS, "the sweep", || {
        names_of(dead).is_empty().then_some(())
    });
}
