//! What came of the programs that were asked for: they end when a story says so, or with Shoal.

use shoal_core::{InfoHash, Msg};

use super::World;

/// How many have ended, and what comes of the one that runs when Shoal quits.
#[derive(Debug)]
pub struct Ended {
    count: usize,
    pub at_quit: &'static str,
}

impl Default for Ended {
    fn default() -> Self {
        Self {
            count: 0,
            at_quit: "stopped",
        }
    }
}

impl World {
    /// The torrent whose program runs.
    pub fn program_runs(&self) -> Option<InfoHash> {
        let open = self.programs.len() - self.ended.count;
        assert!(open <= 1, "{open} programs at a time");
        self.programs
            .last()
            .filter(|_| open > 0)
            .map(|(hash, ..)| *hash)
    }

    /// The one that runs ends with that.
    #[track_caller]
    pub fn program_ends(&mut self, outcome: Result<i32, &str>) {
        let hash = self.program_runs().expect("no program runs");
        self.ended.count += 1;
        self.feed(Msg::ProgramEnded {
            hash,
            outcome: outcome.map_err(str::to_owned),
            output: String::new(),
        });
    }

    pub(super) fn end_programs(&mut self) {
        if self.program_runs().is_some() {
            self.program_ends(Err(self.ended.at_quit));
        }
    }
}
