//! Where the window was, and where it can be now: always on a screen. Pure.
//!
//! Positions are in the screens' own pixels, since only those have one meaning over several screens; sizes are
//! in pixels of scale 1, so that a window is as big on another screen as it was.

/// Smallest size of the window, in pixels of scale 1.
pub const SMALLEST: (u32, u32) = (720, 480);
/// Size of a window that never had another, in pixels of scale 1.
pub const USUAL: (u32, u32) = (1280, 800);
/// Largest side that is believed.
const LARGEST: u32 = 32_767;
/// How much of the title bar must be on a screen so that it can be taken hold of, in pixels of scale 1.
const GRIP: (f64, f64) = (64.0, 24.0);

/// A window's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its upper left corner with its frame; none where the system alone decides, as on Wayland.
    pub at: Option<(i32, i32)>,
    /// Without the frame, in pixels of scale 1, when it is not maximised.
    pub size: (u32, u32),
    /// It fills the screen.
    pub maximised: bool,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            at: None,
            size: USUAL,
            maximised: false,
        }
    }
}

/// The part of a screen that windows may use, in its own pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screen {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
    /// Its pixels for one of scale 1.
    pub scale: f64,
    /// It is the main one.
    pub primary: bool,
}

/// The nearest place to `place` at which the window can be seen and moved; without screens, `place` with no
/// position.
pub fn clamp(place: Place, screens: &[Screen]) -> Place {
    let holds = |screen: &&Screen| place.at.is_some_and(|at| screen.has_grip(at, place.size));
    let held = screens.iter().find(holds);
    let main = || screens.iter().find(|screen| screen.primary);
    let Some(screen) = held.or_else(main).or(screens.first()) else {
        return Place { at: None, ..place };
    };
    let (widest, highest) = screen.size();
    let fit = |side: u32, least: u32, most: u32| side.min(most).max(least);
    let size = (
        fit(place.size.0, SMALLEST.0, widest),
        fit(place.size.1, SMALLEST.1, highest),
    );
    let at = place.at.map(|at| {
        if held.is_some() && screen.has_grip(at, size) {
            at
        } else {
            screen.centre(size)
        }
    });
    Place { at, size, ..place }
}

impl Screen {
    /// Whether enough of the title bar of a window is here, and its upper edge.
    fn has_grip(&self, at: (i32, i32), size: (u32, u32)) -> bool {
        let width = f64::from(size.0) * self.scale;
        let (left, top) = (f64::from(at.0), f64::from(at.1));
        let (own_left, own_top) = (f64::from(self.x), f64::from(self.y));
        let right = own_left + f64::from(self.width);
        let bottom = own_top + f64::from(self.height);
        let seen = (left + width).min(right) - left.max(own_left);
        seen >= GRIP.0 * self.scale && top >= own_top && top + GRIP.1 * self.scale <= bottom
    }

    /// Its size in pixels of scale 1.
    fn size(&self) -> (u32, u32) {
        (
            unscaled(self.width, self.scale),
            unscaled(self.height, self.scale),
        )
    }

    fn centre(&self, size: (u32, u32)) -> (i32, i32) {
        let middle = |from: i32, all: u32, side: u32| {
            let free = f64::from(all) - f64::from(side) * self.scale;
            from.saturating_add(whole(free / 2.0))
        };
        (
            middle(self.x, self.width, size.0),
            middle(self.y, self.height, size.1),
        )
    }
}

/// A length in pixels of scale 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is at most as long as it was, or as LARGEST"
)]
pub fn unscaled(pixels: u32, scale: f64) -> u32 {
    if scale > 0.0 {
        (f64::from(pixels) / scale).round().min(f64::from(LARGEST)) as u32
    } else {
        pixels
    }
}

/// At least 0: a window that is larger than its screen begins at its edge.
#[expect(
    clippy::cast_possible_truncation,
    reason = "half of what fits into 32 bits"
)]
fn whole(pixels: f64) -> i32 {
    pixels.max(0.0).floor() as i32
}

impl Place {
    /// As it is remembered.
    pub fn write(&self) -> String {
        let at = match self.at {
            Some((x, y)) => format!("{x} {y}"),
            None => "- -".to_owned(),
        };
        let (width, height) = self.size;
        format!("v1 {at} {width} {height} {}", u8::from(self.maximised))
    }

    /// What was remembered; none when it is nothing that [`Place::write`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let ["v1", x, y, width, height, maximised] = words[..] else {
            return None;
        };
        let at = match (x, y) {
            ("-", "-") => None,
            _ => Some((x.parse().ok()?, y.parse().ok()?)),
        };
        let side = |word: &str| {
            word.parse()
                .ok()
                .filter(|side| (1..=LARGEST).contains(side))
        };
        Some(Self {
            at,
            size: (side(width)?, side(height)?),
            maximised: match maximised {
                "0" => false,
                "1" => true,
                _ => return None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    const LEFT: Screen = Screen {
        x: 0,
        y: 28,
        width: 1920,
        height: 1052,
        scale: 1.0,
        primary: true,
    };
    const RIGHT: Screen = Screen {
        x: 1920,
        y: 0,
        width: 3840,
        height: 2160,
        scale: 2.0,
        primary: false,
    };

    fn at(x: i32, y: i32) -> Place {
        Place {
            at: Some((x, y)),
            ..Place::default()
        }
    }

    #[test]
    fn a_place_that_is_seen_stays_as_it_is() {
        for place in [at(0, 28), at(300, 100), at(-1200, 200), at(2000, 0)] {
            assert_eq!(clamp(place, &[LEFT, RIGHT]), place);
        }
    }

    #[test]
    fn where_no_screen_is_any_more_it_comes_to_the_middle_of_the_main_one() {
        let middle = Some((320, 28 + 126));
        for lost in [at(2000, 100), at(-1217, 200), at(500, 1079), at(500, -2000)] {
            assert_eq!(clamp(lost, &[LEFT]).at, middle, "{lost:?}");
        }
        let far = clamp(at(40_000, 0), &[RIGHT, LEFT]);
        assert_eq!(far.at, middle, "the main one, not the first");
        assert_eq!(clamp(at(-2000, 0), &[RIGHT]).at, Some((2560, 280)));
    }

    #[test]
    fn a_title_bar_above_the_screen_or_under_a_panel_is_no_grip() {
        assert_eq!(clamp(at(100, 10), &[LEFT]).at, Some((320, 154)));
        assert_eq!(clamp(at(100, 28), &[LEFT]).at, Some((100, 28)));
        assert_eq!(clamp(at(100, 1056), &[LEFT]).at, Some((100, 1056)));
    }

    #[test]
    fn it_is_no_larger_than_its_screen_and_no_smaller_than_it_can_be() {
        let sized = |place: Place, size| Place { size, ..place };
        let huge = clamp(sized(at(0, 28), (9_000, 9_000)), &[LEFT]);
        assert_eq!((huge.size, huge.at), ((1920, 1052), Some((0, 28))));
        let huge = clamp(sized(at(1920, 0), (9_000, 9_000)), &[RIGHT]);
        assert_eq!(huge.size, (1920, 1080), "in pixels of scale 1");
        let tiny = clamp(sized(at(5, 40), (10, 10)), &[LEFT]);
        assert_eq!(tiny.size, SMALLEST);
        let small = Screen {
            width: 640,
            height: 400,
            ..LEFT
        };
        let cramped = clamp(at(-9_000, 0), &[small]);
        assert_eq!((cramped.size, cramped.at), (SMALLEST, Some((0, 28))));
    }

    #[test]
    fn a_wide_window_that_had_to_shrink_still_has_a_grip() {
        let place = Place {
            at: Some((-3_000, 100)),
            size: (5_000, 800),
            maximised: true,
        };
        let clamped = clamp(place, &[LEFT]);
        assert_eq!(clamped.at, Some((0, 154)));
        assert!(clamped.maximised);
    }

    #[test]
    fn without_a_position_or_a_screen_none_is_made_up() {
        let free = Place {
            size: (3_000, 700),
            ..Place::default()
        };
        let clamped = clamp(free, &[LEFT]);
        assert_eq!((clamped.at, clamped.size), (None, (1920, 700)));
        assert_eq!(clamp(at(5, 5), &[]), Place::default());
    }

    #[test]
    fn what_is_remembered_is_read_back_and_nothing_else_is() {
        let places = [
            at(-7, 30),
            Place {
                at: None,
                size: (800, 600),
                maximised: true,
            },
        ];
        for place in places {
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        assert_eq!(places[0].write(), "v1 -7 30 1280 800 0");
        for text in [
            "",
            "v1",
            "v2 0 0 800 600 0",
            "v1 0 - 800 600 0",
            "v1 0 0 0 600 0",
            "v1 0 0 800 99999 0",
            "v1 0 0 800 600 2",
            "v1 0 0 800 600 0 ",
            "v1 9999999999 0 800 600 0",
            "v1 NaN 0 800 600 0",
        ] {
            assert_eq!(Place::read(text), None, "{text:?}");
        }
    }
}
