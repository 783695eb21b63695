//! The interface's files: built in, or from a folder while it is worked on. Needs no token, and so
//! must never hold anything secret. A path never leads out of the folder.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use tokio::fs;

use crate::{api::Shared, backend::Backend, reply::Refusal};

/// Larger files are not the interface's.
const LARGEST: u64 = 64 << 20;

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
struct Dist;

/// Where the interface's files come from.
#[derive(Clone, Debug)]
pub enum Ui {
    /// The ones built into the program.
    Embedded,
    /// A folder, read anew for each request.
    Folder(PathBuf),
}

impl Ui {
    async fn file(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Embedded => Dist::get(name).map(|file| file.data),
            Self::Folder(folder) => read(folder, name).await.map(Cow::Owned),
        }
    }
}

/// Answers with a file of the interface.
pub(crate) async fn serve<B: Backend>(
    State(shared): State<Arc<Shared<B>>>,
    request: Request,
) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Refusal::new(StatusCode::NOT_FOUND, "unknown_command").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method").into_response();
    }
    let Some(name) = file_name(request.uri()) else {
        return not_found();
    };
    let Some(bytes) = shared.ui.file(&name).await else {
        return not_found();
    };
    // Vite puts a hash of the content into the names below assets/.
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let length = HeaderValue::from(bytes.len());
    let body = if request.method() == Method::HEAD {
        Body::empty()
    } else {
        Body::from(bytes)
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(&name)),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_LENGTH, length);
    response
}

fn not_found() -> Response {
    Refusal::new(StatusCode::NOT_FOUND, "not_found").into_response()
}

/// The file a path asks for; none for anything but plain names of plain characters, which is all
/// that Vite writes. So there is nothing to decode, and no way up.
fn file_name(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_prefix('/')?;
    if path.is_empty() {
        return Some("index.html".to_owned());
    }
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    (path.len() <= 512 && path.split('/').all(plain)).then(|| path.to_owned())
}

async fn read(folder: &Path, name: &str) -> Option<Vec<u8>> {
    // Links inside the folder may lead around in it, but not out of it.
    let folder = fs::canonicalize(folder).await.ok()?;
    let file = fs::canonicalize(folder.join(name)).await.ok()?;
    let meta = fs::metadata(&file).await.ok()?;
    if !file.starts_with(&folder) || !meta.is_file() || meta.len() > LARGEST {
        return None;
    }
    fs::read(file).await.ok()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn only_plain_names_are_looked_up() {
        let name = |path: &str| path.parse::<Uri>().ok().and_then(|uri| file_name(&uri));
        assert_eq!(name("/").as_deref(), Some("index.html"));
        assert_eq!(
            name("/assets/index-B_4x.js?x=1").as_deref(),
            Some("assets/index-B_4x.js")
        );
        for path in [
            "/..",
            "/../token",
            "/assets/../../token",
            "/%2e%2e/token",
            "/..%2ftoken",
            "/assets//x",
            "//etc/passwd",
            "/.git/config",
            "/a\\b",
            "/C:/x",
            "/a%00.js",
            "/assets/",
        ] {
            assert_eq!(name(path), None, "{path}");
        }
    }

    #[test]
    fn the_page_is_built_in() {
        assert!(Dist::get("index.html").is_some());
        assert!(Dist::get("../token").is_none());
    }
}
