//! The real `shoal-headless` in a folder of its own, and a client for it that costs next to nothing:
//! one kept connection for commands, one stream of events.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::Engine as _;
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shoal_api::{Delta, Snapshot};
use shoal_testkit::{Host, Process, wait};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, protocol::WebSocketConfig},
};

/// A running server.
pub(crate) struct Shoal {
    pub(crate) process: Process,
    pub(crate) downloads: PathBuf,
    addr: String,
    token: String,
}

impl Shoal {
    /// Starts it with its files in `dir`, told to expect peers on `port`, and waits for its URL.
    pub(crate) fn start(host: &Host, dir: &Path, port: u16) -> Self {
        let downloads = dir.join("downloads");
        fs::create_dir_all(&downloads).unwrap();
        let mut command = host.command(env!("CARGO_BIN_EXE_shoal-headless"));
        command.env("SHOAL_DATA_DIR", dir.join("data"));
        for set in [
            "network.allow_loopback=true",
            "network.dht=false",
            "network.lsd=false",
            "network.upnp=false",
            "queue.downloads=0",
            &format!("network.port={port}"),
            &format!("downloads.folder={}", downloads.display()),
        ] {
            command.args(["--set", set]);
        }
        let process = Process::spawn("shoal-headless", &command);
        let line = wait::until(wait::GENEROUS, "the URL of shoal-headless", || {
            let log = process.log();
            log.lines()
                .find(|l| l.starts_with("http://"))
                .map(str::to_owned)
        });
        let (url, token) = line.trim().split_once("/#token=").unwrap();
        Self {
            process,
            downloads,
            addr: url.trim_start_matches("http://").to_owned(),
            token: token.to_owned(),
        }
    }

    /// A kept connection for commands.
    pub(crate) async fn commands(&self) -> Commands {
        Commands {
            stream: BufReader::new(self.connect().await),
            addr: self.addr.clone(),
            token: self.token.clone(),
        }
    }

    /// A stream of events; the snapshot comes first.
    pub(crate) async fn events(&self) -> Events {
        let url = format!("ws://{}/api/v1/events", self.addr);
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.token).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let stream = self.connect().await;
        let (socket, _) = client_async_with_config(request, stream, Some(config))
            .await
            .unwrap();
        Events { socket }
    }

    async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }
}

/// One kept HTTP connection.
pub(crate) struct Commands {
    stream: BufReader<TcpStream>,
    addr: String,
    token: String,
}

impl Commands {
    /// Runs a command; panics when it is refused.
    pub(crate) async fn call(&mut self, name: &str, request: &Value) -> Value {
        let body = request.to_string();
        let text = format!(
            "POST /api/v1/{name} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.addr,
            self.token,
            body.len()
        );
        self.stream.write_all(text.as_bytes()).await.unwrap();
        let (head, body) = self.answer().await;
        assert!(
            head.starts_with("HTTP/1.1 200 "),
            "{name}: {head}{}",
            String::from_utf8_lossy(&body)
        );
        serde_json::from_slice(&body).unwrap()
    }

    async fn answer(&mut self) -> (String, Vec<u8>) {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.stream.read_line(&mut head).await.unwrap(), 0, "{head}");
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().unwrap())
        });
        let mut body = vec![0; length.expect("a length")];
        self.stream.read_exact(&mut body).await.unwrap();
        (head, body)
    }

    /// Adds a .torrent as the browser does; gives its info-hash.
    pub(crate) async fn add(&mut self, torrent: &[u8], start: bool) -> String {
        let bytes = base64::engine::general_purpose::STANDARD.encode(torrent);
        let source = json!({"kind": "bytes", "name": "t.torrent", "base64": bytes});
        let preview = self.call("inspect", &json!({ "source": source })).await;
        let request = json!({
            "preview_id": preview["id"], "save_path": null, "wanted": null,
            "start": start, "labels": [], "choose_files": false,
        });
        let reply = self.call("add", &request).await;
        reply["hash"].as_str().unwrap().to_owned()
    }
}

/// One stream of events.
pub(crate) struct Events {
    socket: WebSocketStream<TcpStream>,
}

impl Events {
    /// The snapshot, with which the stream begins.
    pub(crate) async fn snapshot(&mut self) -> Snapshot {
        self.next("snapshot").await
    }

    /// The next delta, parsed whole.
    pub(crate) async fn delta(&mut self) -> Delta {
        self.next("delta").await
    }

    /// An event of this type. It is parsed by what it holds, since `Event` as a whole would first
    /// be copied into a tree to find its type, which no interface does.
    async fn next<T: DeserializeOwned>(&mut self, kind: &str) -> T {
        loop {
            match self.socket.next().await.unwrap().unwrap() {
                // Comes when it likes, and repeats what the deltas said.
                Message::Text(text) if text.starts_with(r#"{"type":"watched","#) => {}
                Message::Text(text) => {
                    assert!(
                        text.starts_with(&format!(r#"{{"type":"{kind}","#)),
                        "no {kind}: {}",
                        text.chars().take(200).collect::<String>()
                    );
                    return serde_json::from_str(&text).unwrap();
                }
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
