//! Figures of the benches, as a table and in `bench.json`, where those of other benches stay. Must
//! never judge: a missed target is printed, it ends nothing.
#![allow(
    clippy::print_stdout,
    reason = "the figures are for whoever runs the bench"
)]
#![allow(clippy::unwrap_used, reason = "a bench fails loudly")]

use std::{fs, path::Path};

use serde_json::{Value, json};

/// One figure with a stable name.
pub struct Figure {
    /// Stable name.
    pub name: &'static str,
    /// What came out, in `unit`.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it is compared with.
    pub against: &'static str,
    /// The value as a share of that; less is better, but for what is a share of a limit.
    pub ratio: f64,
    /// The ratio that is aimed at.
    pub target: f64,
}

impl Figure {
    fn more_is_better(&self) -> bool {
        self.name.ends_with("_to_limit")
    }

    fn is_reached(&self) -> bool {
        if self.more_is_better() {
            self.ratio >= self.target
        } else {
            self.ratio <= self.target
        }
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name, "value": self.value, "unit": self.unit, "better": if self.more_is_better() { "higher" } else { "lower" },
            "against": self.against, "ratio": self.ratio,
        })
    }
}

/// The middle one, or the mean of the two in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}

/// Puts the figures into the file.
pub fn write(file: &Path, figures: &[Figure]) {
    let old = fs::read(file).unwrap_or_default();
    let mut all: Vec<Value> = serde_json::from_slice(&old).unwrap_or_default();
    all.retain(|f| figures.iter().all(|new| f["name"] != new.name));
    all.extend(figures.iter().map(Figure::json));
    all.sort_by_key(|f| f["name"].to_string());
    let mut text = serde_json::to_string_pretty(&all).unwrap();
    text.push('\n');
    fs::write(file, text).unwrap();
}

pub fn table(figures: &[Figure]) {
    println!();
    for f in figures {
        let verdict = if f.is_reached() { "ok" } else { "missed" };
        println!(
            "{:<36} {:>8.3} {:<5} ratio {:.3}, target {:.2}, against {}: {verdict}",
            f.name, f.value, f.unit, f.ratio, f.target, f.against
        );
    }
}

/// All runs of something on one line.
pub fn runs(what: &str, values: &[f64], decimals: usize) {
    let texts: Vec<String> = values.iter().map(|v| format!("{v:.decimals$}")).collect();
    println!(
        "{what}: {} | median {:.decimals$}",
        texts.join(" "),
        median(values)
    );
}
