//! The icon's drawings. A panel colours the one it finds in a theme by name; for those that look in no theme it
//! comes along as pixels.

use std::{
    env, fs,
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use ksni::Icon;

use super::State;
use crate::APP_ID;

/// Where in a folder of themes the drawings lie.
const IN_THEME: &str = "hicolor/symbolic/apps";

const STATES: [State; 5] = [
    State::Idle,
    State::Active,
    State::Slowed,
    State::Paused,
    State::Attention,
];

/// A drawing as it lies in the program.
struct Drawing {
    name: &'static str,
    svg: &'static str,
    pixels: [&'static [u8]; 2],
}

macro_rules! drawing {
    ($name:literal) => {
        Drawing {
            name: $name,
            svg: include_str!(concat!(
                "../../../../icons/tray/io.github.shoalbt.Shoal-tray-",
                $name,
                "-symbolic.svg"
            )),
            pixels: [
                include_bytes!(concat!("../../../../icons/tray/", $name, "-22.png")),
                include_bytes!(concat!("../../../../icons/tray/", $name, "-44.png")),
            ],
        }
    };
}

static IDLE: Drawing = drawing!("idle");
static ACTIVE: Drawing = drawing!("active");
static SLOWED: Drawing = drawing!("slowed");
static PAUSED: Drawing = drawing!("paused");
static ATTENTION: Drawing = drawing!("attention");

fn drawing(state: State) -> &'static Drawing {
    match state {
        State::Idle => &IDLE,
        State::Active => &ACTIVE,
        State::Slowed => &SLOWED,
        State::Paused => &PAUSED,
        State::Attention => &ATTENTION,
    }
}

/// What a theme calls the drawing.
pub(super) fn name(state: State) -> String {
    format!("{APP_ID}-tray-{}-symbolic", drawing(state).name)
}

/// The drawing in 22 and 44 pixels.
pub(super) fn pixels(state: State) -> Vec<Icon> {
    let pixels = drawing(state).pixels.iter();
    pixels.filter_map(|png| decoded(png)).collect()
}

/// Where a panel has to look besides its themes: nowhere when they have the drawings, or below `data_dir`,
/// where they are put now. None when they could not be put there; then only the pixels are left.
pub(super) fn theme_path(data_dir: &Path) -> Option<PathBuf> {
    if is_installed(&theme_folders()) {
        return Some(PathBuf::new());
    }
    let folder = data_dir.join("tray");
    match put(&folder) {
        Ok(()) => Some(folder),
        Err(e) => {
            tracing::warn!(error = %e, "the tray's icons could not be put into the data folder");
            None
        }
    }
}

/// The folders of themes, as the base directory specification names them.
fn theme_folders() -> Vec<PathBuf> {
    let given = |name| env::var_os(name).filter(|value| !value.is_empty());
    let own = given("XDG_DATA_HOME").map(PathBuf::from);
    let own = own.or_else(|| Some(PathBuf::from(given("HOME")?).join(".local/share")));
    let system = given("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let folders = own.into_iter().chain(env::split_paths(&system));
    folders.map(|folder| folder.join("icons")).collect()
}

fn is_installed(folders: &[PathBuf]) -> bool {
    let is_there = |folder: &PathBuf, state| {
        let file = format!("{}.svg", name(state));
        folder.join(IN_THEME).join(file).is_file()
    };
    let has_all = |folder| STATES.iter().all(|&state| is_there(folder, state));
    folders.iter().any(has_all)
}

/// Some panels look for a theme below the folder, others for the file itself.
fn put(folder: &Path) -> io::Result<()> {
    for folder in [folder.to_owned(), folder.join(IN_THEME)] {
        fs::create_dir_all(&folder)?;
        for state in STATES {
            let file = folder.join(format!("{}.svg", name(state)));
            let svg = drawing(state).svg;
            if fs::read(&file).ok().as_deref() != Some(svg.as_bytes()) {
                fs::write(&file, svg)?;
            }
        }
    }
    Ok(())
}

/// A picture as the specification wants it: alpha first, then red, green and blue.
fn decoded(png: &[u8]) -> Option<Icon> {
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().ok()?;
    let mut data = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut data).ok()?;
    data.truncate(info.buffer_size());
    for pixel in data.chunks_exact_mut(4) {
        pixel.rotate_right(1);
    }
    Some(Icon {
        width: info.width.try_into().ok()?,
        height: info.height.try_into().ok()?,
        data,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn every_state_has_pixels_of_its_own() {
        let mut seen = Vec::new();
        for state in STATES {
            let icons = pixels(state);
            let sizes: Vec<_> = icons.iter().map(|i| (i.width, i.height)).collect();
            assert_eq!(sizes, [(22, 22), (44, 44)], "{state:?}");
            for icon in &icons {
                let pixels = usize::try_from(icon.width * icon.height).unwrap();
                assert_eq!(icon.data.len(), pixels * 4);
                let alphas = icon.data.chunks_exact(4).map(|pixel| pixel[0]);
                assert_eq!(alphas.clone().min(), Some(0), "a corner is clear");
                assert_eq!(alphas.max(), Some(255), "{state:?} is seen");
                let whites = icon.data.chunks_exact(4).filter(|p| **p == [255; 4]);
                assert!(whites.count() > 10, "{state:?}: white inside");
            }
            assert!(
                !seen.contains(&icons[0].data),
                "{state:?} looks like another"
            );
            seen.push(icons[0].data.clone());
        }
    }

    #[test]
    fn drawings_can_be_coloured_by_a_panel() {
        for state in STATES {
            let svg = drawing(state).svg;
            assert!(svg.contains(r#"id="current-color-scheme""#), "{state:?}");
            let shapes = svg.matches("<path").count();
            assert!(shapes > 0);
            assert_eq!(svg.matches(r#"fill="currentColor""#).count(), shapes);
            assert_eq!(svg.matches(r#"class="ColorScheme-Text""#).count(), shapes);
            // Themes colour every shape, those of a mask as well; and Qt knows no masks.
            assert!(!svg.contains("mask") && !svg.contains("clip"), "{state:?}");
        }
    }

    #[test]
    fn drawings_are_put_where_panels_look_and_left_alone_then() {
        let dir = tempfile::tempdir().unwrap();
        let tray = dir.path().join("tray");
        put(&tray).unwrap();
        assert!(is_installed(std::slice::from_ref(&tray)));
        let file = tray.join(format!("{}.svg", name(State::Paused)));
        let before = fs::metadata(&file).unwrap().modified().unwrap();
        put(&tray).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
        fs::write(&file, "old").unwrap();
        put(&tray).unwrap();
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            drawing(State::Paused).svg
        );
        let themed = tray
            .join(IN_THEME)
            .join(format!("{}.svg", name(State::Idle)));
        fs::remove_file(themed).unwrap();
        assert!(!is_installed(&[tray]));
    }
}
