//! How a person has arranged the window: texts of the interface's own, kept in bounds. Nothing here
//! knows what they mean.

use super::{State, commands::Outcome};
use crate::{Refusal, Reply, StoreOp};

/// Most of them.
pub const PREFS_MAX: usize = 64;
/// Longest one, in bytes.
pub const PREF_BYTES_MAX: usize = 16 * 1_024;
/// Longest key, in characters.
const KEY_MAX: usize = 64;

/// Refuses what cannot be kept, however few there are.
pub fn check_pref(key: &str, value: Option<&str>) -> Result<(), Refusal> {
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    if !(1..=KEY_MAX).contains(&key.len()) || !key.bytes().all(plain) {
        return Err(Refusal::BadPrefKey);
    }
    if value.is_some_and(|v| v.len() > PREF_BYTES_MAX) {
        return Err(Refusal::PrefTooBig);
    }
    Ok(())
}

impl State {
    pub(super) fn set_pref(&mut self, key: String, value: Option<String>) -> Outcome {
        check_pref(&key, value.as_deref())?;
        let known = self.prefs.get(&key);
        if known == value.as_ref() {
            return Ok((vec![], vec![], Reply::Done));
        }
        if known.is_none() && self.prefs.len() >= PREFS_MAX {
            return Err(Refusal::TooManyPrefs);
        }
        if let Some(before) = &mut self.before {
            before.prefs.get_or_insert_with(|| self.prefs.clone());
        }
        match value.clone() {
            Some(value) => self.prefs.insert(key.clone(), value),
            None => self.prefs.remove(&key),
        };
        let ops = vec![StoreOp::PutPref(key, value)];
        Ok((ops, vec![], Reply::Done))
    }
}
