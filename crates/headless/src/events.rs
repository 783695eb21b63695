//! Streams of events over WebSocket. Nothing is queued here: while a browser is slow to take a
//! message, the backend merges what follows; one that takes none for long is let go.

use std::{
    pin::{Pin, pin},
    sync::Arc,
};

use axum::{
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use shoal_api::Event;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

use crate::{
    api::Shared,
    backend::{Backend, Events},
    limits::Limits,
    reply::Refusal,
    server::stopped,
};

/// Browsers send nothing but answers to pings.
const LARGEST_INCOMING: usize = 4096;

/// Opens a stream.
pub(crate) async fn upgrade<B: Backend>(
    State(shared): State<Arc<Shared<B>>>,
    socket: WebSocketUpgrade,
) -> Response {
    let Ok(permit) = shared.sockets.clone().try_acquire_owned() else {
        return Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_streams").into_response();
    };
    socket
        .max_message_size(LARGEST_INCOMING)
        .max_frame_size(LARGEST_INCOMING)
        .on_upgrade(move |socket| async move {
            let mut stream = Stream::new(socket, shared.limits);
            let why = stream.run(&shared).await;
            tracing::debug!(?why, "a stream of events ended");
            if let End::Ours(code) = why {
                stream.close(code).await;
            }
            drop(permit);
        })
}

/// Why a stream ended.
#[derive(Debug)]
enum End {
    /// The browser left, or does not answer.
    Theirs,
    /// Nothing more to say.
    Ours(u16),
}

struct Stream {
    outgoing: SplitSink<WebSocket, Message>,
    incoming: SplitStream<WebSocket>,
    limits: Limits,
    ping: Interval,
    heard: Instant,
}

impl Stream {
    fn new(socket: WebSocket, limits: Limits) -> Self {
        let (outgoing, incoming) = socket.split();
        let mut ping = interval_at(Instant::now() + limits.ping_every, limits.ping_every);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            outgoing,
            incoming,
            limits,
            ping,
            heard: Instant::now(),
        }
    }

    async fn run<B: Backend>(&mut self, shared: &Shared<B>) -> End {
        let mut stopping = shared.stopping.clone();
        let mut events = shared.backend.subscribe();
        loop {
            let next = pin!(events.next());
            let event = tokio::select! {
                // Last words before the end.
                biased;
                event = self.wait(next) => event,
                () = stopped(&mut stopping) => return End::Ours(close_code::AWAY),
            };
            let event = match event {
                Ok(Some(event)) => event,
                Ok(None) => return End::Ours(close_code::AWAY),
                Err(end) => return end,
            };
            let text = match serde_json::to_string(&event) {
                Ok(text) => text,
                Err(e) => {
                    tracing::error!(error = %e, "an event is no JSON");
                    return End::Ours(close_code::ERROR);
                }
            };
            if !self.send(Message::Text(text.into())).await {
                return End::Theirs;
            }
        }
    }

    /// Waits for the next event, and keeps the connection alive meanwhile.
    async fn wait(
        &mut self,
        mut next: Pin<&mut (impl Future<Output = Option<Event>> + Send)>,
    ) -> Result<Option<Event>, End> {
        loop {
            tokio::select! {
                event = &mut next => return Ok(event),
                message = self.incoming.next() => match message {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Theirs),
                    Some(Ok(_)) => self.heard = Instant::now(),
                },
                _ = self.ping.tick() => {
                    let silent = self.heard.elapsed() > self.limits.silence;
                    if silent || !self.send(Message::Ping(Vec::new().into())).await {
                        return Err(End::Theirs);
                    }
                }
            }
        }
    }

    async fn send(&mut self, message: Message) -> bool {
        matches!(
            timeout(self.limits.send_time, self.outgoing.send(message)).await,
            Ok(Ok(()))
        )
    }

    async fn close(&mut self, code: u16) {
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        let _ = timeout(
            self.limits.stop_time,
            self.outgoing.send(Message::Close(Some(frame))),
        )
        .await;
    }
}
