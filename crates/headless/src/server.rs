//! The listener: accepts a bounded number of connections, gives each its time-outs, and stops in
//! time.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    api::{Shared, router},
    assets::Ui,
    backend::Backend,
    guard::LocalAddr,
    limits::Limits,
    session::Sessions,
    token::Token,
};

/// Bytes of a request's head.
const HEAD_BYTES: usize = 64 << 10;
/// Pause after the system refused a connection, mostly for want of file descriptors.
const BREATH: Duration = Duration::from_millis(200);

/// How to serve.
#[derive(Clone)]
pub struct Config {
    /// Address and port; port 0 for any free one.
    pub listen: SocketAddr,
    /// The interface.
    pub ui: Ui,
    /// Names other than the address that browsers may use, with or without a port.
    pub allow_hosts: Vec<String>,
    /// The secret that opens the API.
    pub token: Token,
    /// Bounds.
    pub limits: Limits,
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    local: SocketAddr,
    router: Router,
    token: Token,
    limits: Limits,
    sockets: Arc<Semaphore>,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Starts to listen.
    pub async fn bind<B: Backend>(config: Config, backend: B) -> io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let local = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        let sockets = Arc::new(Semaphore::new(config.limits.sockets));
        let shared = Shared {
            backend,
            sessions: Sessions::new(config.token.clone(), local.port()),
            ui: config.ui,
            allow_hosts: config.allow_hosts,
            limits: config.limits,
            sockets: sockets.clone(),
            stopping,
        };
        let router = router(Arc::new(shared));
        Ok(Self {
            listener,
            local,
            router,
            token: config.token,
            limits: config.limits,
            sockets,
            stop,
        })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The URL to open in a browser on this machine. Holds the token: browsers keep what follows
    /// the # to themselves.
    pub fn url(&self) -> String {
        let mut addr = self.local;
        if addr.ip().is_unspecified() {
            addr.set_ip(if addr.is_ipv4() {
                [127, 0, 0, 1].into()
            } else {
                [0, 0, 0, 0, 0, 0, 0, 1].into()
            });
        }
        format!("http://{addr}/#token={}", self.token.text())
    }

    /// Serves until `stop` is there, and then lets what runs finish for a moment.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let connections = Arc::new(Semaphore::new(self.limits.connections));
        let mut tasks = JoinSet::new();
        tokio::select! {
            () = self.accept(&connections, &mut tasks) => (),
            () = stop => (),
        }
        self.stop.send_replace(true);
        let finish = async {
            while tasks.join_next().await.is_some() {}
            let all = u32::try_from(self.limits.sockets).unwrap_or(u32::MAX);
            let _ = self.sockets.acquire_many(all).await;
        };
        if timeout(self.limits.stop_time, finish).await.is_err() {
            tracing::debug!("open connections were cut off");
        }
    }

    async fn accept(&self, connections: &Arc<Semaphore>, tasks: &mut JoinSet<()>) {
        loop {
            let Ok(permit) = connections.clone().acquire_owned().await else {
                return;
            };
            let connection = match self.listener.accept().await {
                Ok((connection, _)) => connection,
                Err(e) => {
                    tracing::warn!(error = %e, "a connection was not accepted");
                    sleep(BREATH).await;
                    continue;
                }
            };
            while tasks.try_join_next().is_some() {}
            let (router, limits, stopping) =
                (self.router.clone(), self.limits, self.stop.subscribe());
            tasks.spawn(async move {
                serve_one(connection, router, limits, stopping).await;
                drop(permit);
            });
        }
    }
}

async fn serve_one(
    connection: TcpStream,
    router: Router,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
) {
    let Ok(local) = connection.local_addr() else {
        return;
    };
    let _ = connection.set_nodelay(true);
    let service = TowerToHyperService::new(router.layer(Extension(LocalAddr(local))));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_header_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(connection), service)
        .with_upgrades();
    let mut serving = std::pin::pin!(serving);
    let ended = tokio::select! {
        ended = &mut serving => ended,
        () = stopped(&mut stopping) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(e) = ended {
        tracing::debug!(error = %e, "a connection broke off");
    }
}

/// Comes back when the server stops.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
