//! Keeps the window system from loading a graphics driver where there is no graphics card. Owns the variables of the
//! environment that say so, and one block of `unsafe`
//! ([ADR 0021](../../../docs/adr/0021-no-card-no-driver.md)), and must never change a variable that somebody has set,
//! nor any at all once another thread may look at one.

use std::sync::OnceLock;

/// What this process has set for itself.
static OWN: OnceLock<Vec<&'static str>> = OnceLock::new();

/// Has GTK and `WebKit`, which this process is to load, do without a graphics driver if it has no graphics card. To be
/// called first of all: does nothing when threads run already. Does nothing but on Linux.
pub fn leave_out_unneeded() {
    #[cfg(target_os = "linux")]
    {
        use linux::{set, variables};

        OWN.get_or_init(|| {
            let wanted = if has_card() {
                Vec::new()
            } else {
                variables(|name| std::env::var_os(name))
            };
            if !set(&wanted) {
                return Vec::new();
            }
            wanted.into_iter().map(|(name, _)| name).collect()
        });
    }
}

/// Whether this machine has a graphics card that can draw. Elsewhere than on Linux it is taken to have one.
#[must_use]
pub fn has_card() -> bool {
    #[cfg(target_os = "linux")]
    return linux::has_card("/dev".as_ref());
    #[cfg(not(target_os = "linux"))]
    true
}

/// Variables that are for this process and those of `WebKit` alone: whoever starts another program takes them out.
pub fn own() -> &'static [&'static str] {
    OWN.get().map_or(&[], Vec::as_slice)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{env, ffi::OsString, fs, path::Path};

    /// Has `WebKit` paint by itself, into memory that it shares with the window. `0` asks for the opposite.
    const PAINTS_ITSELF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    /// What is set, with the value.
    const UNNEEDED: &[(&str, &str)] = &[
        (PAINTS_ITSELF, "1"),
        // Otherwise WebKit asks the driver which card it is for. Nothing is opened by this name while WebKit paints
        // by itself, and no card is found by it if ever it does.
        ("WEBKIT_WEB_RENDER_DEVICE_FILE", "/dev/null"),
        // Otherwise GTK asks it for the windows that it could draw on, on an X server where no other program has.
        ("GDK_GL", "disable"),
    ];
    /// Where drivers find a card that has no node of its own among those of the kernel's.
    const OTHER_CARDS: &[&str] = &["nvidiactl", "dxg", "mali0", "kgsl-3d0"];

    /// Whether the devices in the folder `dev` have a card that can draw.
    pub(crate) fn has_card(dev: &Path) -> bool {
        let mut nodes = fs::read_dir(dev.join("dri"))
            .into_iter()
            .flatten()
            .flatten();
        nodes.any(|node| node.file_name().as_encoded_bytes().starts_with(b"renderD"))
            || OTHER_CARDS.iter().any(|card| dev.join(card).exists())
    }

    /// What is to be set, given what `is_set`.
    pub(crate) fn variables(
        is_set: impl Fn(&str) -> Option<OsString>,
    ) -> Vec<(&'static str, &'static str)> {
        if is_set(PAINTS_ITSELF).is_some_and(|value| value == "0") {
            return Vec::new();
        }
        let unneeded = UNNEEDED.iter().filter(|(name, _)| is_set(name).is_none());
        unneeded.copied().collect()
    }

    /// Threads when a program that is linked to `WebKit` begins: the one that runs it, and one of that library's
    /// allocator, which starts when it is loaded and only gives memory back (libpas, `pas_scavenger.c`).
    const AT_FIRST: usize = 2;

    /// Whether no thread of ours or of any other library's runs beside this one.
    pub(crate) fn is_alone() -> bool {
        fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() <= AT_FIRST)
    }

    /// Sets them all, or none beside other threads.
    pub(crate) fn set(wanted: &[(&str, &str)]) -> bool {
        if !is_alone() {
            return false;
        }
        for (name, value) in wanted {
            #[expect(
                unsafe_code,
                reason = "the environment cannot be changed any other way"
            )]
            // SAFETY: nobody reads or changes the environment meanwhile: of the threads that were counted one is this,
            // which starts none, and the other, of WebKit's allocator, looks at no variable.
            unsafe {
                env::set_var(name, value);
            }
        }
        true
    }

    #[cfg(test)]
    mod tests {
        #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

        use super::*;

        fn device(name: &str) -> tempfile::TempDir {
            let dev = tempfile::tempdir().unwrap();
            let path = dev.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
            dev
        }

        #[test]
        fn a_card_is_one_that_can_draw_by_the_kernel_or_by_its_makers_driver() {
            for name in ["dri/renderD128", "dri/renderD129", "nvidiactl", "dxg"] {
                assert!(has_card(device(name).path()), "{name}");
            }
            for name in ["dri/card0", "dri/by-path/x", "fb0", "null"] {
                assert!(!has_card(device(name).path()), "{name}");
            }
        }

        #[test]
        fn what_somebody_has_set_stays() {
            let none = variables(|_| None);
            assert_eq!(none, UNNEEDED);
            let some = variables(|name| (name == "GDK_GL").then(|| "always".into()));
            assert_eq!(some, &UNNEEDED[..2]);
            let by_hand = variables(|name| (name == PAINTS_ITSELF).then(|| "1".into()));
            assert_eq!(by_hand, &UNNEEDED[1..]);
        }

        #[test]
        fn who_wants_the_driver_gets_it() {
            let wanted = variables(|name| (name == PAINTS_ITSELF).then(|| "0".into()));
            assert_eq!(wanted, []);
        }

        #[test]
        fn nothing_is_set_beside_another_thread() {
            let wait = std::sync::Barrier::new(AT_FIRST + 1);
            std::thread::scope(|threads| {
                for _ in 0..AT_FIRST {
                    threads.spawn(|| wait.wait());
                }
                beside_others();
                wait.wait();
            });
        }

        fn beside_others() {
            assert!(!is_alone());
            let before: Vec<_> = env::vars_os().collect();
            crate::leave_out_unneeded();
            assert_eq!(env::vars_os().collect::<Vec<_>>(), before);
            assert_eq!(crate::own(), [""; 0]);
        }
    }
}
