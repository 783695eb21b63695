//! Who may use the API: whoever has the token, or a browser that traded it for a cookie. The
//! cookie holds a random value of its own, so the token is never kept by the browser. The values lie
//! beside the token, so that pages that are open find back after a restart.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, header};

use crate::token::{Token, is_secret, random_hex, read_private, same, write_private};

/// Browsers that may be signed in; the oldest goes when another comes.
const MOST: usize = 64;

/// The token, and the sessions made from it.
pub(crate) struct Sessions {
    token: Token,
    cookie: String,
    values: Mutex<VecDeque<String>>,
    file: PathBuf,
}

impl Sessions {
    /// Cookies are shared by all ports of a host, so each server's has a name of its own.
    pub(crate) fn new(token: Token, port: u16) -> Self {
        let file = token.beside("sessions");
        let text = read_private(&file).unwrap_or_default();
        let values = text.lines().filter(|value| is_secret(value));
        Self {
            token,
            cookie: format!("shoal-{port}"),
            values: Mutex::new(values.map(str::to_owned).collect()),
            file,
        }
    }

    /// Whether a request has the token or a session.
    pub(crate) fn allow(&self, headers: &HeaderMap) -> bool {
        match headers.get(header::AUTHORIZATION) {
            Some(_) => self.has_token(headers),
            None => self.has_session(headers),
        }
    }

    /// Whether a request has the token itself.
    pub(crate) fn has_token(&self, headers: &HeaderMap) -> bool {
        let Some(given) = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
        else {
            return false;
        };
        given.split_once(' ').is_some_and(|(scheme, given)| {
            scheme.eq_ignore_ascii_case("bearer") && self.token.is(given.trim())
        })
    }

    /// Starts a session; the answer is the value of `Set-Cookie`.
    pub(crate) fn start(&self) -> io::Result<String> {
        let value = random_hex()?;
        let set = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict", self.cookie);
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        if values.len() >= MOST {
            values.pop_front();
        }
        values.push_back(value);
        let lines: Vec<&str> = values.iter().map(String::as_str).collect();
        let text = lines.join("\n");
        if let Err(e) = write_private(&self.file, &text) {
            tracing::warn!(error = %e, "a session will not outlive this run");
        }
        Ok(set)
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.cookie)
            .any(|(_, given)| {
                values
                    .iter()
                    .any(|value| same(value.as_bytes(), given.as_bytes()))
            })
    }
}
