//! The binary `shoal-headless`: Shoal with its interface in a browser. Prints one line on standard
//! output, the URL; everything else it says goes to standard error.

use std::{
    env,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::{self, ExitCode},
    time::Duration,
};

use anyhow::Context as _;
use shoal_api::AllDoneKind;
use shoal_app::{
    App, Options, Started,
    args::{self, Args, Own, Request},
    create,
    desk::Happening,
    signals::Asked,
};
use shoal_headless::{Config, Limits, Server, Token, Ui};
use tokio::{runtime, time::timeout};

const HELP: &str = "\
Shoal, a BitTorrent client, without a window

Usage: shoal-headless [OPTION]... [--] [FILE|MAGNET|URL]...
       shoal-headless create [OPTION]... [--] PATH

Serves Shoal's interface to browsers and prints the URL to open, which holds the secret
token. Offers to add each .torrent file, magnet link or URL given. With create it makes a
torrent instead; shoal-headless create --help says more.

Options:
      --listen ADDR:PORT  where to listen; 127.0.0.1 and any free port by default
      --allow-host NAME   another name, with or without a port, that browsers may use to
                          reach it, for example that of a reverse proxy; repeatable
      --ui DIR            serve the interface from this folder, not the one built in
      --set KEY=VALUE     change a setting before the network is first used; repeatable
  -h, --help              show this and leave
  -V, --version           show the version and leave

Environment:
  SHOAL_DATA_DIR          folder that Shoal keeps its list, settings and token in
";

const LISTEN: &str = "--listen";
const ALLOW_HOST: &str = "--allow-host";
const UI: &str = "--ui";

/// How long saving may take; the server gets a second more.
const DEADLINE: Duration = Duration::from_secs(5);
const WORKERS: usize = 2;

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1).peekable();
    if words.next_if(|word| word == create::WORD).is_some() {
        return create::run("shoal-headless", words);
    }
    let cwd = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let own = Own {
        valued: &[LISTEN, ALLOW_HOST, UI],
        flags: &[],
    };
    let args = match args::parse(words, &cwd, own) {
        Ok(Request::Run(args)) => args,
        Ok(Request::Help) => return say(HELP.trim_end()),
        Ok(Request::Version) => return say(concat!("Shoal ", env!("CARGO_PKG_VERSION"))),
        Err(mistake) => return misused(&mistake.to_string()),
    };
    let listen = match listen_address(args.last(LISTEN).unwrap_or("127.0.0.1:0")) {
        Ok(listen) => listen,
        Err(mistake) => return misused(&mistake),
    };
    let ui = match args.last(UI).map(|folder| cwd.join(folder)) {
        None => Ui::Embedded,
        Some(folder) if folder.join("index.html").is_file() => Ui::Folder(folder),
        Some(folder) => {
            return misused(&format!(
                "{UI}: there is no index.html in {}",
                folder.display()
            ));
        }
    };
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build();
    let outcome = runtime
        .context("could not start threads")
        .and_then(|runtime| {
            let outcome = runtime.block_on(run(args, listen, ui));
            runtime.shutdown_timeout(Duration::from_millis(500));
            outcome
        });
    outcome.unwrap_or_else(|e| {
        complain(&format!("shoal-headless: {e:#}"));
        ExitCode::FAILURE
    })
}

async fn run(mut args: Args, listen: SocketAddr, ui: Ui) -> anyhow::Result<ExitCode> {
    let allow_hosts = args.own.remove(ALLOW_HOST).unwrap_or_default();
    let sets = !args.set.is_empty();
    let options = Options {
        data_dir: None,
        set: args.set,
        open: args.open,
        faceless: true,
        ..Options::default()
    };
    let app = match App::start(options).await.context("Shoal could not start")? {
        Started::Running(app) => app,
        Started::HandedOver { shows } => {
            let how = if shows {
                "; it was asked to show itself"
            } else {
                ""
            };
            complain(&format!(
                "Shoal is already running on this data folder{how}."
            ));
            if sets {
                complain(args::SET_TOO_LATE);
                return Ok(ExitCode::FAILURE);
            }
            return Ok(ExitCode::SUCCESS);
        }
    };
    let served = serve(&app, listen, ui, allow_hosts).await;
    if timeout(DEADLINE, app.shutdown()).await.is_err() {
        complain("Shoal did not stop in time and was cut off.");
    }
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(
    app: &App,
    listen: SocketAddr,
    ui: Ui,
    allow_hosts: Vec<String>,
) -> anyhow::Result<()> {
    let token = Token::of(&app.data_dir()).context("could not write the token file")?;
    let config = Config {
        listen,
        ui,
        allow_hosts,
        token,
        limits: Limits::default(),
    };
    let server = Server::bind(config, app.clone())
        .await
        .with_context(|| format!("could not listen on {listen}"))?;
    if !server.local_addr().ip().is_loopback() {
        complain(&format!(
            "Others can reach Shoal on {}. What is sent is not encrypted: whoever can read it on its way has \
             the token and may do anything that you may.",
            server.local_addr()
        ));
    }
    // Before anybody knows that there is something to stop.
    let asked = Asked::hear();
    if asked.is_none() {
        complain("Signals cannot be heard.");
    }
    say(&server.url());
    server.serve(stop(app.clone(), asked)).await;
    Ok(())
}

/// Comes back when a signal asked to stop, or all is done and that was to be the end, and everything is saved, so
/// that browsers hear about it before the server goes.
async fn stop(app: App, mut asked: Option<Asked>) {
    let signal = async {
        match &mut asked {
            Some(asked) => asked.first().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = signal => (),
        () = all_done(&app) => (),
    }
    if let Some(asked) = asked {
        tokio::spawn(async {
            asked.again().await;
            process::exit(130);
        });
    }
    if timeout(DEADLINE, app.shutdown()).await.is_err() {
        complain("Shoal did not stop in time and was cut off.");
    }
}

/// Until all downloads are done, when Shoal is to quit then. The machine is not a server's to switch off.
async fn all_done(app: &App) {
    let mut happenings = app.happenings();
    while let Some(what) = happenings.recv().await {
        match what {
            Happening::AllDone(AllDoneKind::Quit) => return,
            Happening::AllDone(_) => {
                complain("All is done. Only the window lets the machine sleep or switches it off.");
            }
            _ => (),
        }
    }
    std::future::pending::<()>().await;
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let numeric = text
        .strip_prefix("localhost:")
        .map(|port| format!("127.0.0.1:{port}"));
    let numeric = numeric.as_deref().unwrap_or(text);
    numeric.parse().map_err(|_| {
        format!("{LISTEN} needs an address and a port like 127.0.0.1:8080, not \"{text}\"")
    })
}

fn misused(mistake: &str) -> ExitCode {
    complain(&format!("shoal-headless: {mistake}"));
    ExitCode::from(2)
}

fn say(line: &str) -> ExitCode {
    let mut out = io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    ExitCode::SUCCESS
}

fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
