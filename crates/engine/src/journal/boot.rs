//! Tells whether the system went down since: only then may written bytes be lost. Reads only.

/// Bytes that the text may take in a file.
pub(super) const MAX_BYTES: usize = 40;

/// Something that is the same until the system goes down.
pub(super) fn id() -> String {
    let mut id = of_system();
    id.truncate(MAX_BYTES);
    id
}

/// Whether the system is up since `id` was taken.
pub(super) fn is_now(id: &str) -> bool {
    same(id, &self::id())
}

fn same(one: &str, other: &str) -> bool {
    /// A time of start that is computed anew each time is not exact.
    const SECONDS: u64 = 5;
    match (one.parse::<u64>(), other.parse::<u64>()) {
        (Ok(one), Ok(other)) => one.abs_diff(other) <= SECONDS,
        _ => !one.is_empty() && one == other,
    }
}

#[cfg(target_os = "linux")]
fn of_system() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().to_owned()
}

/// Seconds since 1970.
#[cfg(not(target_os = "linux"))]
fn of_system() -> String {
    sysinfo::System::boot_time().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_start_of_the_system_is_the_same_one() {
        assert!(is_now(&id()));
        assert!(!is_now("") && !is_now("another"));
        assert!(same("1700000000", "1700000003") && !same("1700000000", "1700000060"));
    }
}
