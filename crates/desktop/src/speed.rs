//! Numbers, sizes and speeds as people read them, the way the window writes them (`ui/src/lib/domain/format.ts`):
//! the icon's menu must not call a speed otherwise than the list does. Must never ask the system's locale.

use serde::Deserialize;

/// Keeps a number and its unit together without the width of a full space.
const THIN_SPACE: char = '\u{202f}';

/// Bytes and thousands of bytes are whole numbers; larger units have three significant digits.
const FIRST_FRACTIONAL_UNIT: usize = 2;

/// From here on a number has three digits before its point, as it is written.
const WHOLE_FROM: f64 = 99.95;
/// From here on it has two.
const ONE_DECIMAL_FROM: f64 = 9.995;

/// How a language, or a region of it, writes digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Digits {
    /// Stands before tenths.
    pub decimal: String,
    /// Stands between thousands.
    pub group: String,
    /// Numbers with fewer digits are not grouped.
    pub group_from: usize,
    /// The digit for nothing; the others follow it.
    pub zero: char,
}

/// What amounts are called.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Units {
    decimal: Vec<String>,
    binary: Vec<String>,
    /// Behind a size: how much in each second.
    per_second: String,
    /// What stands before and behind an amount in binary units, where those are of another direction.
    wrap_binary: [String; 2],
}

impl Digits {
    /// `1,122`
    pub(crate) fn whole(&self, n: u64) -> String {
        let digits = n.to_string();
        if digits.len() < self.group_from {
            return self.local(&digits);
        }
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push_str(&self.group);
            }
            grouped.push_str(&self.local(digit.encode_utf8(&mut [0; 4])));
        }
        grouped
    }

    /// `4.70` for two decimals.
    fn fraction(&self, value: f64, decimals: usize) -> String {
        let (whole, tenths) = rounded(value, decimals);
        format!(
            "{}{}{}",
            self.whole(whole),
            self.decimal,
            self.local(&tenths)
        )
    }

    fn local(&self, digits: &str) -> String {
        let of = |c: char| {
            let digit = c.to_digit(10)?;
            char::from_u32(u32::from(self.zero) + digit)
        };
        digits.chars().map(|c| of(c).unwrap_or(c)).collect()
    }
}

/// `4.70 GB`
pub(crate) fn size(bytes: u64, is_binary: bool, digits: &Digits, units: &Units) -> String {
    let (value, unit) = scaled(bytes, if is_binary { 1024.0 } else { 1000.0 }, units);
    let names = if is_binary {
        &units.binary
    } else {
        &units.decimal
    };
    let name = names.get(unit).map_or("", String::as_str);
    let amount = format!("{}{THIN_SPACE}{name}", number(value, unit, digits));
    match &units.wrap_binary {
        [before, behind] if is_binary => format!("{before}{amount}{behind}"),
        _ => amount,
    }
}

/// The two ends of `1.42 of 4.70 GB`: the first loses its unit when both have the same.
pub(crate) fn pair(
    part: u64,
    whole: u64,
    is_binary: bool,
    digits: &Digits,
    units: &Units,
) -> (String, String) {
    let step = if is_binary { 1024.0 } else { 1000.0 };
    let (value, unit) = scaled(part, step, units);
    let is_same = part == 0 || unit == scaled(whole, step, units).1;
    let first = if is_same {
        number(value, unit, digits)
    } else {
        size(part, is_binary, digits, units)
    };
    (first, size(whole, is_binary, digits, units))
}

/// `18.4 MB/s`; blank when nothing moves.
pub(crate) fn speed(bps: u64, is_binary: bool, digits: &Digits, units: &Units) -> String {
    if bps == 0 {
        return String::new();
    }
    size(bps, is_binary, digits, units) + &units.per_second
}

#[allow(
    clippy::cast_precision_loss,
    reason = "three digits are shown, and nobody has 9 PB of a torrent"
)]
fn scaled(bytes: u64, step: f64, units: &Units) -> (f64, usize) {
    let mut value = bytes as f64;
    let mut unit = 0;
    while unit + 1 < units.decimal.len() && rounds_up_to(value, unit) >= step {
        value /= step;
        unit += 1;
    }
    (value, unit)
}

/// What is shown for `value`, so that 999,999 bytes become 1.00 MB and not 1,000 kB.
fn rounds_up_to(value: f64, unit: usize) -> f64 {
    if unit < FIRST_FRACTIONAL_UNIT || value >= 100.0 {
        value.round()
    } else {
        value
    }
}

fn number(value: f64, unit: usize, digits: &Digits) -> String {
    if unit < FIRST_FRACTIONAL_UNIT || value >= WHOLE_FROM {
        return digits.whole(rounded(value, 0).0);
    }
    digits.fraction(value, if value >= ONE_DECIMAL_FROM { 1 } else { 2 })
}

/// The whole part and the decimals, rounded as people do it, by the digits that the number has when it is
/// written out: half goes up.
fn rounded(value: f64, decimals: usize) -> (u64, String) {
    let written = value.to_string();
    let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
    let kept: String = rest
        .chars()
        .chain(std::iter::repeat('0'))
        .take(decimals)
        .collect();
    let goes_up = rest.chars().nth(decimals).is_some_and(|next| next >= '5');
    let all = format!("{whole}{kept}").parse::<u64>().unwrap_or(u64::MAX);
    let all = all.saturating_add(u64::from(goes_up)).to_string();
    let all = format!("{all:0>width$}", width = decimals + 1);
    let (whole, tenths) = all.split_at(all.len() - decimals);
    (whole.parse().unwrap_or(u64::MAX), tenths.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_goes_up_by_the_digits_that_are_written() {
        assert_eq!(rounded(1.005, 2), (1, "01".to_owned()));
        assert_eq!(rounded(9.995, 1), (10, "0".to_owned()));
        assert_eq!(rounded(0.9995, 2), (1, "00".to_owned()));
        assert_eq!(rounded(0.05, 2), (0, "05".to_owned()));
        assert_eq!(rounded(1023.5, 0), (1024, String::new()));
    }

    #[test]
    fn thousands_are_grouped_only_where_the_language_does() {
        let digits = |group: &str, group_from, zero| Digits {
            decimal: ".".to_owned(),
            group: group.to_owned(),
            group_from,
            zero,
        };
        assert_eq!(digits(",", 4, '0').whole(1_234_567), "1,234,567");
        assert_eq!(digits(".", 5, '0').whole(1_234), "1234");
        assert_eq!(digits(".", 5, '0').whole(12_345), "12.345");
        assert_eq!(digits("٬", 4, '٠').whole(1_203), "١٬٢٠٣");
    }
}
