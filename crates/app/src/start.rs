//! The parts that a start is put together from: settings, the engine, what was damaged, and what is
//! asked of the system.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use shoal_api::Sentence;
use shoal_core::{Engine, EngineEvent, EngineSink, Msg, Settings, StoreOp, parse_setting};
use shoal_engine::{EngineConfig, RqbitEngine, RuntimeFlavour};
use shoal_store::{Loaded, Store};
use tokio::sync::mpsc;

use crate::{EngineAnswer, USER_AGENT, desk::Desk, disk::Report, tickets::Tickets};

/// Beginning of the peer id (BEP 20): SH and the version.
const PEER_ID_PREFIX: [u8; 8] = *b"-SH0100-";
/// Most files and sockets that Shoal asks the system for.
const FILES_MAX: u64 = 65_536;

/// What a window is made by, which is known before the list has been read.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// The settings, without any sums.
    pub desk: Desk,
    /// What the window remembers, by key.
    pub prefs: BTreeMap<String, String>,
}

impl Before {
    /// None when these settings keep Shoal from starting.
    pub(crate) fn of(loaded: &Loaded, set: &[String]) -> Option<Self> {
        let (settings, _) = settings_in(loaded, set).ok()?;
        Some(Self {
            desk: Desk::of_settings(&settings),
            prefs: loaded.prefs.iter().cloned().collect(),
        })
    }
}

/// Stored settings, with those of the command line on top, which are stored from then on.
pub(crate) fn settings_of(
    loaded: &Loaded,
    set: &[String],
    store: &Store,
) -> anyhow::Result<Settings> {
    let (settings, ops) = settings_in(loaded, set)?;
    if !ops.is_empty() {
        store.commit_blocking(ops)?;
    }
    Ok(settings)
}

fn settings_in(loaded: &Loaded, set: &[String]) -> anyhow::Result<(Settings, Vec<StoreOp>)> {
    let mut settings = Settings::default();
    for (key, value) in &loaded.settings {
        // A value that is no longer valid, or a key of a newer version, is left where it is.
        if let Err(error) = settings.set(key, value.clone()) {
            tracing::warn!(%error, "a stored setting is not used");
        }
    }
    let mut ops = vec![];
    for item in set {
        let (key, text) = item
            .split_once('=')
            .with_context(|| format!("--set {item}: write key=value"))?;
        let value = parse_setting(key, text).with_context(|| format!("--set {item}"))?;
        settings.set(key, value.clone())?;
        ops.push(StoreOp::PutSetting(key.to_owned(), Some(value)));
    }
    Ok((settings, ops))
}

pub(crate) fn notice(aside: &shoal_store::SetAside) -> Sentence {
    let file = aside
        .file
        .as_ref()
        .map(|f| f.to_string_lossy().into_owned());
    let params = [
        ("what", Some(aside.what.clone())),
        ("reason", Some(aside.reason.clone())),
        ("file", file),
    ];
    let params = params
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Sentence {
        code: "set_aside".to_owned(),
        params: params.collect(),
    }
}

pub(crate) fn rqbit(scratch: PathBuf, sink: EngineSink) -> anyhow::Result<Arc<dyn Engine>> {
    let config = EngineConfig {
        scratch,
        peer_id_prefix: PEER_ID_PREFIX,
        user_agent: USER_AGENT.to_owned(),
        flavour: RuntimeFlavour::CurrentThread,
    };
    Ok(Arc::new(RqbitEngine::spawn(config, sink)?))
}

pub(crate) fn sink(
    report: mpsc::UnboundedSender<Report>,
    tickets: Arc<Tickets<EngineAnswer>>,
) -> EngineSink {
    Arc::new(move |event| match event {
        EngineEvent::Peers { ticket, peers } => tickets.answer(ticket, EngineAnswer::Peers(peers)),
        EngineEvent::Pieces { ticket, have } => tickets.answer(ticket, EngineAnswer::Pieces(have)),
        other => drop(report.send(Msg::Engine(other).into())),
    })
}

/// Every peer is a socket: the usual limit of 1,024 open files is soon used up.
pub(crate) fn raise_file_limit() {
    match rlimit::increase_nofile_limit(FILES_MAX) {
        Ok(limit) => tracing::debug!(limit, "open files"),
        Err(error) => tracing::warn!(%error, "the limit on open files could not be raised"),
    }
}

/// Makes a folder that only its owner can enter.
pub(crate) fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
