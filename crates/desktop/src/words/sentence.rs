//! Why a torrent needs somebody, in the words of its row: what `ui/src/lib/domain/sentence.ts` says, as far as
//! notifications say it.

use std::collections::BTreeMap;

use shoal_api::Sentence;

use super::Words;

impl Words {
    /// The sentence of a row. None when it has no words here, or lacks something that belongs into it.
    pub fn sentence(&self, sentence: &Sentence, is_binary: bool) -> Option<String> {
        let code = sentence.code.as_str();
        let params = &sentence.params;
        let text = match code {
            "disk_full" => self.disk_full(params, is_binary),
            "matches_partly" => {
                let (part, whole) = self.pair(
                    number(params, "good_bytes")?,
                    number(params, "total_bytes")?,
                    is_binary,
                );
                let path = params.get("path")?;
                self.say(
                    "status.matches_partly",
                    &[("path", path), ("part", &part), ("whole", &whole)],
                )
            }
            "move_failed" => {
                let code = params.get("reason").map_or("io", String::as_str);
                let reason = self
                    .message(&format!("status.reason_{code}"))
                    .or_else(|| self.message("status.reason_io"))?;
                let path = params.get("path")?;
                self.say("status.move_failed", &[("path", path), ("reason", reason)])
            }
            // Why exactly is for the window to say, which has the words for all refusals.
            "bad_metadata" => self
                .say("status.bad_metadata", &[("reason", "")])
                .trim_end()
                .to_owned(),
            _ => {
                let key = format!("status.{code}");
                self.message(&key)?;
                let params: Vec<_> = params
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                self.say(&key, &params)
            }
        };
        let has_hole = text.contains('{') && self.has_hole(code, params);
        (!has_hole).then_some(text)
    }

    fn disk_full(&self, params: &BTreeMap<String, String>, is_binary: bool) -> String {
        let named = params.get("volume").filter(|volume| !volume.is_empty());
        let volume = named.map_or_else(|| self.say("status.the_disk", &[]), Clone::clone);
        match number(params, "needed_bytes") {
            Some(needed) => {
                let size = self.size(needed, is_binary);
                self.say("status.disk_full", &[("volume", &volume), ("size", &size)])
            }
            None => self.say("status.disk_full__unknown", &[("volume", &volume)]),
        }
    }

    /// Whether the plain message of `code` asks for something that nobody gave. A brace in what was filled in
    /// is no hole.
    fn has_hole(&self, code: &str, params: &BTreeMap<String, String>) -> bool {
        if matches!(
            code,
            "disk_full" | "matches_partly" | "move_failed" | "bad_metadata"
        ) {
            return false;
        }
        let text = self.message(&format!("status.{code}")).unwrap_or_default();
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .any(|(name, _)| !params.contains_key(name))
    }
}

fn number(params: &BTreeMap<String, String>, name: &str) -> Option<u64> {
    params.get(name)?.parse().ok()
}
