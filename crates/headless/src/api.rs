//! The API over HTTP: trade the token for a session, run a command. Only reads requests and writes
//! answers.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{AppendHeaders, IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Map, Value};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};

use crate::{
    assets::{self, Ui},
    backend::Backend,
    events,
    guard::guard,
    limits::Limits,
    reply::Refusal,
    session::Sessions,
};

/// What every request needs.
pub(crate) struct Shared<B> {
    pub(crate) backend: B,
    pub(crate) sessions: Sessions,
    pub(crate) ui: Ui,
    pub(crate) allow_hosts: Vec<String>,
    pub(crate) limits: Limits,
    /// One permit for each stream of events.
    pub(crate) sockets: Arc<Semaphore>,
    /// Turns true when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// Everything that is served.
pub(crate) fn router<B: Backend>(shared: Arc<Shared<B>>) -> Router {
    let limit = shared.limits.body_bytes;
    Router::new()
        .route("/api/v1/events", get(events::upgrade::<B>))
        .route("/api/v1/{command}", post(command::<B>))
        .route_layer(middleware::from_fn_with_state(
            shared.clone(),
            signed_in::<B>,
        ))
        .route("/api/v1/session", post(session::<B>))
        .fallback(assets::serve::<B>)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(limit))
        .layer(middleware::from_fn_with_state(shared.clone(), guard::<B>))
        .with_state(shared)
}

async fn signed_in<B: Backend>(
    State(shared): State<Arc<Shared<B>>>,
    request: Request,
    next: Next,
) -> Response {
    if shared.sessions.allow(request.headers()) {
        next.run(request).await
    } else {
        Refusal::unauthorized().into_response()
    }
}

async fn session<B: Backend>(
    State(shared): State<Arc<Shared<B>>>,
    request: Request,
) -> Result<Response, Refusal> {
    if !shared.sessions.has_token(request.headers()) {
        return Err(Refusal::unauthorized());
    }
    let cookie = shared
        .sessions
        .start()
        .map_err(|e| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal").detail(e))?;
    Ok((
        StatusCode::OK,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Json(Value::Object(Map::new())),
    )
        .into_response())
}

async fn command<B: Backend>(
    State(shared): State<Arc<Shared<B>>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let body = read_body(request, &shared.limits).await?;
    let request = if body.is_empty() {
        Value::Object(Map::new())
    } else {
        serde_json::from_slice(&body).map_err(Refusal::bad)?
    };
    drop(body);
    Ok(Json(shared.backend.call(&name, request).await?))
}

async fn read_body(request: Request, limits: &Limits) -> Result<Bytes, Refusal> {
    let too_large = || Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large");
    let headers = request.headers();
    let json = |kind: &str| {
        kind.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case("application/json")
    };
    // A form of another page can send any other kind.
    if headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| !kind.to_str().is_ok_and(json))
    {
        return Err(Refusal::bad("the body is not application/json"));
    }
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.body_bytes as u64) {
        return Err(too_large());
    }
    match timeout(limits.body_time, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(e)) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
        Ok(Err(e)) => Err(Refusal::bad(e)),
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "too_slow")),
    }
}

async fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method")
}
