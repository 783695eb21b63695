//! Feeds the targets with seeds of the repository, changed at random, for so many seconds each.
//! Needs no nightly compiler; what libFuzzer learns from coverage it does not learn.

use std::{
    env, fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use shoal_fuzz::{TARGETS, Target};

const LARGEST: usize = 64 * 1024;

fn main() -> ExitCode {
    let mut seconds = 10;
    let (mut names, mut input) = (Vec::new(), None);
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => seconds = args.next().and_then(|n| n.parse().ok()).expect("a number"),
            "--input" => input = Some(PathBuf::from(args.next().expect("a file"))),
            name => names.push(name.to_owned()),
        }
    }
    let chosen = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    let chosen: Vec<_> = TARGETS.iter().filter(|(name, _)| chosen(name)).collect();
    assert!(!chosen.is_empty(), "no such target");
    if let Some(input) = input {
        let data = fs::read(input).expect("the input can be read");
        chosen.iter().for_each(|(_, target)| target(&data));
        return ExitCode::SUCCESS;
    }
    let seed = env::var("SHOAL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| getrandom::u64().expect("random bytes"));
    println!("seed: {seed}");
    let mut failed = 0;
    for (name, target) in &chosen {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        let ended = feed(*target, &seeds, seed, Duration::from_secs(seconds));
        match ended {
            Ok(runs) => println!("ok    {name}: {runs} inputs"),
            Err(input) => {
                failed += 1;
                let path = env::temp_dir().join(format!("shoal-fuzz-{name}-{seed}"));
                fs::write(&path, &input).expect("the input can be kept");
                println!("FAIL  {name}: {}", path.display());
                println!("      {}", input.escape_ascii());
            }
        }
    }
    println!(
        "test result: {} passed; {failed} failed",
        chosen.len() - failed
    );
    ExitCode::from(u8::from(failed > 0))
}

/// The number of inputs, or the one that broke something.
fn feed(target: Target, seeds: &[Vec<u8>], seed: u64, time: Duration) -> Result<u64, Vec<u8>> {
    let mut dice = Dice(seed | 1);
    let begun = Instant::now();
    let mut runs = 0;
    while begun.elapsed() < time {
        let input = match seeds.get(usize::try_from(runs).unwrap_or(usize::MAX)) {
            // Each seed is fed as it is first.
            Some(seed) => seed.clone(),
            None => dice.mutated(seeds),
        };
        if catch_unwind(|| target(&input)).is_err() {
            return Err(input);
        }
        runs += 1;
    }
    Ok(runs)
}

/// Small files of the repository that the target understands.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/metainfo/tests/corpus");
    let read = |path: PathBuf| fs::read(path).expect("a seed can be read");
    match target {
        "metainfo" => {
            let files = fs::read_dir(corpus.join("torrents")).expect("the corpus is there");
            let mut paths: Vec<_> = files.filter_map(|f| Some(f.ok()?.path())).collect();
            paths.sort();
            let seeds = paths.into_iter().map(read);
            seeds.filter(|seed| seed.len() <= LARGEST).collect()
        }
        "magnet" => {
            let text = read(corpus.join("magnets.tsv"));
            let text = String::from_utf8_lossy(&text);
            let links = text.lines().filter_map(|line| line.split('\t').nth(1));
            links.map(|link| link.as_bytes().to_vec()).collect()
        }
        "settings" => {
            let values = [
                "true",
                "off",
                "0",
                "-1",
                "4294967296",
                "sparse",
                "/a/folder",
                "",
            ];
            let keys = shoal_core::SETTINGS.iter().map(|def| def.key);
            keys.flat_map(|key| values.map(|value| format!("{key}\n{value}").into_bytes()))
                .collect()
        }
        _ => {
            let row = |length: usize, value: &str| {
                let value = format!("{value:<length$}");
                [&[0, 0, 1, 0], &vec![0xff; 4 * length][..], value.as_bytes()].concat()
            };
            vec![
                row(8, "true"),
                row(16, "\"text\""),
                row(24, "12"),
                Vec::new(),
            ]
        }
    }
}

/// xorshift64*: the same seed gives the same inputs everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 8
    }

    /// Below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    fn mutated(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut data = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(4) {
            let at = self.below(data.len() + 1);
            let end = at + self.below(data.len() - at + 1);
            match self.below(7) {
                0 if at < data.len() => data[at] = self.next().to_le_bytes()[0],
                1 if at < data.len() => data[at] ^= 1 << self.below(8),
                2 => data.truncate(at),
                3 => drop(data.drain(at..end)),
                4 => {
                    let copy = data[at..end].to_vec();
                    data.splice(at..at, copy);
                }
                5 => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len() + 1);
                    data.splice(at..end, other[from..].iter().copied());
                }
                _ => {
                    let odd: [&[u8]; 8] = [
                        b"0",
                        b"-1",
                        b"e",
                        b"18446744073709551616",
                        b"..",
                        b"\xef\xbb\xbf",
                        b"d1:",
                        b"9007199254740993",
                    ];
                    data.splice(at..at, odd[self.below(odd.len())].iter().copied());
                }
            }
            data.truncate(LARGEST);
        }
        data
    }
}
