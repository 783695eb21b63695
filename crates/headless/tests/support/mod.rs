//! A server with a made-up backend, and a client that sends exactly the bytes it is told.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use shoal_api::{ApiError, ApiResult, Delta, Event, Snapshot, StepView, Totals, UndoView};
use shoal_headless::{Backend, Config, Events, Limits, Server, Token, Ui};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

/// What the made-up backend's streams do after the snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing.
    #[default]
    Quiet,
    /// Large deltas without end.
    Flood,
    /// Say good-bye and end.
    Bye,
}

#[derive(Clone, Default)]
pub(crate) struct Fake {
    pub(crate) then: Then,
    /// Events that were fetched.
    pub(crate) fetched: Arc<AtomicUsize>,
    /// Streams that are open.
    pub(crate) streams: Arc<AtomicUsize>,
}

pub(crate) struct FakeEvents {
    fake: Fake,
    rev: u64,
}

impl Backend for Fake {
    type Events = FakeEvents;

    async fn call(&self, name: &str, request: Value) -> ApiResult<Value> {
        match name {
            "echo" => Ok(request),
            "fail" => Err(ApiError::new("no_space").with("free", 7)),
            _ => Err(ApiError::new("unknown_command")),
        }
    }

    fn subscribe(&self) -> FakeEvents {
        self.streams.fetch_add(1, Ordering::SeqCst);
        FakeEvents {
            fake: self.clone(),
            rev: 0,
        }
    }
}

impl Events for FakeEvents {
    async fn next(&mut self) -> Option<Event> {
        self.rev += 1;
        self.fake.fetched.fetch_add(1, Ordering::SeqCst);
        match (self.rev, self.fake.then) {
            (1, _) => Some(Event::Snapshot(snapshot())),
            (_, Then::Quiet) => std::future::pending().await,
            (rev, Then::Flood) => Some(Event::Delta(large_delta(rev))),
            (2, Then::Bye) => Some(Event::Bye),
            (_, Then::Bye) => None,
        }
    }
}

impl Drop for FakeEvents {
    fn drop(&mut self) {
        self.fake.streams.fetch_sub(1, Ordering::SeqCst);
    }
}

fn snapshot() -> Snapshot {
    Snapshot {
        rev: 1,
        torrents: Vec::new(),
        labels: Vec::new(),
        totals: Totals::default(),
        undo: UndoView::default(),
        settings: BTreeMap::new(),
        watch: Vec::new(),
        prefs: BTreeMap::new(),
        notices: Vec::new(),
        version: "0.0.0".to_owned(),
        platform: "linux".to_owned(),
    }
}

fn large_delta(rev: u64) -> Delta {
    let step = StepView {
        id: rev,
        kind: "x".repeat(64 << 10),
        count: 1,
        at: 0,
    };
    Delta {
        rev,
        undo: Some(UndoView {
            undo: Some(step),
            redo: None,
        }),
        ..Delta::default()
    }
}

/// A server that runs until it is dropped or stopped.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    pub(crate) token: String,
    pub(crate) fake: Fake,
    pub(crate) dir: TempDir,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start() -> Self {
        Self::with(Fake::default(), Limits::default(), &[]).await
    }

    /// Serves the folder `ui` below its own temporary one.
    pub(crate) async fn with(fake: Fake, limits: Limits, allow_hosts: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ui = dir.path().join("ui");
        std::fs::create_dir_all(ui.join("assets")).unwrap();
        std::fs::write(ui.join("index.html"), "<!doctype html><title>Shoal</title>").unwrap();
        std::fs::write(ui.join("assets/app-1.js"), "export {};").unwrap();
        let token = Token::of(dir.path()).unwrap();
        let text = token.text().to_owned();
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            ui: Ui::Folder(ui),
            allow_hosts: allow_hosts.iter().map(ToString::to_string).collect(),
            token,
            limits,
        };
        let server = Server::bind(config, fake.clone()).await.unwrap();
        let addr = server.local_addr();
        assert_eq!(server.url(), format!("http://{addr}/#token={text}"));
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.serve(async {
            let _ = stopped.await;
        }));
        Self {
            addr,
            token: text,
            fake,
            dir,
            stop: Some(stop),
            task,
        }
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    pub(crate) fn host(&self) -> String {
        format!("Host: {}", self.addr)
    }

    /// Stops the server, and says that it did in time.
    pub(crate) async fn stop(mut self, within: Duration) {
        let _ = self.stop.take().unwrap().send(());
        timeout(within, &mut self.task)
            .await
            .expect("the server did not stop")
            .unwrap();
    }

    /// Sends a request line, exactly these header lines, and a body.
    pub(crate) async fn raw(&self, line: &str, headers: &[&str], body: &[u8]) -> Reply {
        let mut connection = TcpStream::connect(self.addr).await.unwrap();
        let mut bytes = format!("{line} HTTP/1.1\r\nConnection: close\r\n").into_bytes();
        for header in headers {
            bytes.extend_from_slice(header.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        connection.write_all(&bytes).await.unwrap();
        Reply::read(&mut connection).await
    }

    /// A `GET` as a browser on this address sends it.
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.raw(&format!("GET {path}"), &[&self.host()], b"").await
    }

    /// A command with the token and these header lines.
    pub(crate) async fn command(&self, name: &str, headers: &[&str], body: &str) -> Reply {
        let (host, bearer, length) = (
            self.host(),
            self.bearer(),
            format!("Content-Length: {}", body.len()),
        );
        let own = [host.as_str(), &bearer, &length];
        let all: Vec<&str> = own.into_iter().chain(headers.iter().copied()).collect();
        self.raw(&format!("POST /api/v1/{name}"), &all, body.as_bytes())
            .await
    }

    /// Trades the token for a session; the answer is `name=value`.
    pub(crate) async fn cookie(&self) -> String {
        let reply = self.command("session", &[], "").await;
        assert_eq!(reply.status, 200);
        reply
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    async fn read(connection: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let reading = timeout(Duration::from_secs(10), connection.read_to_end(&mut bytes)).await;
        let _ = reading.expect("no answer in time");
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("no whole answer");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head,
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (given, value) = line.split_once(':')?;
            given.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| json!({ "not json": e.to_string() }))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}
