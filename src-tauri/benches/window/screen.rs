//! What is on the display, read from the file that Xvfb keeps its picture in: exact, at once, and without
//! asking any program that is measured. Must never write there.

use std::{fs::File, os::unix::fs::FileExt as _, path::Path};

/// Where the list of a window of 1280 x 800 lies on the bench's screen whatever its frame: x, y, width, height.
const LIST: (usize, usize, usize, usize) = (420, 260, 560, 400);
/// And where its sidebar does.
const BESIDE: (usize, usize, usize, usize) = (100, 180, 140, 360);
/// Of so many lines one is looked at: to read them all takes a part of the processor that what is measured needs.
/// It divides the height of no row (28, 52, 62, 84), so that not the same lines of each are looked at.
const STEP: usize = 11;

// Places of words in the head of an X Window Dump.
const HEADER_SIZE: usize = 0;
const BITS_PER_PIXEL: usize = 11;
const BYTES_PER_LINE: usize = 12;
const COLOURS: usize = 19;
const COLOUR_BYTES: usize = 12;

/// The file of a display.
pub struct Screen {
    file: File,
    pixels_at: usize,
    line_bytes: usize,
}

/// Shares of the looked-at pixels, 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shares {
    /// The bare page's colour.
    pub magenta: f64,
    /// The list's paper.
    pub white: f64,
    /// Dark enough to be words.
    pub ink: f64,
}

impl Screen {
    /// Opens the picture of an Xvfb that was started with `-fbdir dir` and 24 bits a pixel.
    pub fn open(dir: &Path) -> Self {
        let file = File::open(dir.join("Xvfb_screen0")).unwrap();
        let mut head = [0; 100];
        file.read_exact_at(&mut head, 0).unwrap();
        // X Window Dump, version 7: words of 32 bits, the highest byte first.
        let word = |at: usize| {
            let bytes: [u8; 4] = head[at * 4..at * 4 + 4].try_into().unwrap();
            usize::try_from(u32::from_be_bytes(bytes)).unwrap()
        };
        assert_eq!(word(BITS_PER_PIXEL), 32, "a display of 24 bits is wanted");
        Self {
            pixels_at: word(HEADER_SIZE) + word(COLOURS) * COLOUR_BYTES,
            line_bytes: word(BYTES_PER_LINE),
            file,
        }
    }

    /// What is in the middle of the window now.
    pub fn shares(&self) -> Shares {
        self.shares_of(LIST)
    }

    /// Whether there are words beside the list, in a window that is there.
    pub fn has_beside(&self) -> bool {
        self.shares_of(BESIDE).ink > 0.002
    }

    fn shares_of(&self, (x, y, width, height): (usize, usize, usize, usize)) -> Shares {
        let mut line = vec![0; width * 4];
        let mut counts = [0_u32; 3];
        let rows = (y..y + height).step_by(STEP);
        let looked_at = width * rows.len();
        for row in rows {
            let at = self.pixels_at + row * self.line_bytes + x * 4;
            self.file.read_exact_at(&mut line, at as u64).unwrap();
            for pixel in line.chunks_exact(4) {
                let (blue, green, red) = (pixel[0], pixel[1], pixel[2]);
                counts[0] += u32::from((red, green, blue) == (255, 0, 255));
                counts[1] += u32::from((red, green, blue) == (255, 255, 255));
                counts[2] += u32::from(red.max(green).max(blue) < 110);
            }
        }
        let all = f64::from(u32::try_from(looked_at).unwrap());
        let [magenta, white, ink] = counts.map(|count| f64::from(count) / all);
        Shares {
            magenta,
            white,
            ink,
        }
    }
}
