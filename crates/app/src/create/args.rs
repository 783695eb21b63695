//! The command line of `create`. Only reads words.

use std::{
    ffi::OsString,
    path::{Path, PathBuf, absolute},
};

use crate::args::ArgsError;

/// What `create` is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(super) struct CreateArgs {
    /// Full path of the file or folder.
    pub(super) path: PathBuf,
    /// Where the .torrent goes; none for the present folder, called after the torrent.
    pub(super) output: Option<PathBuf>,
    /// Replace a .torrent that is there.
    pub(super) force: bool,
    pub(super) trackers: Vec<Vec<String>>,
    pub(super) web_seeds: Vec<String>,
    pub(super) nodes: Vec<String>,
    pub(super) ignore: Vec<String>,
    pub(super) source: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) piece_length: Option<u32>,
    pub(super) private: bool,
    pub(super) hybrid: bool,
    pub(super) no_date: bool,
    pub(super) seed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Create(Box<CreateArgs>),
    Help,
}

/// Reads the words behind `create`. Relative paths are taken from `cwd`.
pub(super) fn parse(
    words: impl IntoIterator<Item = OsString>,
    cwd: &Path,
) -> Result<Request, ArgsError> {
    let mut args = CreateArgs::default();
    let mut path = None;
    let mut new_tier = true;
    let mut options_ended = false;
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let text = word.to_string_lossy().into_owned();
        if options_ended || !text.starts_with('-') || text == "-" {
            if path.replace(full(cwd, Path::new(&word))).is_some() {
                return Err(ArgsError::OnePath);
            }
            continue;
        }
        let (option, inline) = match text.split_once('=') {
            Some((option, value)) if option.starts_with("--") => {
                (option.to_owned(), Some(value.to_owned()))
            }
            _ => (text.clone(), None),
        };
        if let Some(flag) = flag(&mut args, &option) {
            if inline.is_some() {
                return Err(ArgsError::NeedlessValue(option));
            }
            *flag = true;
            continue;
        }
        match option.as_str() {
            "--" | "-h" | "--help" | "--tier" if inline.is_some() => {
                return Err(ArgsError::NeedlessValue(option));
            }
            "--" => options_ended = true,
            "-h" | "--help" => return Ok(Request::Help),
            "--tier" => new_tier = true,
            "--output" => {
                let given = match inline {
                    Some(given) => given.into(),
                    None => words.next().ok_or(ArgsError::NoValue(option))?,
                };
                args.output = Some(full(cwd, Path::new(&given)));
            }
            "--tracker" => {
                let url = crate::args::value(&option, inline, &mut words)?;
                if new_tier {
                    args.trackers.push(vec![]);
                    new_tier = false;
                }
                if let Some(tier) = args.trackers.last_mut() {
                    tier.push(url);
                }
            }
            _ => valued(&mut args, &option, inline, &mut words)?,
        }
    }
    args.path = path.ok_or(ArgsError::OnePath)?;
    Ok(Request::Create(Box::new(args)))
}

fn flag<'a>(args: &'a mut CreateArgs, option: &str) -> Option<&'a mut bool> {
    Some(match option {
        "--private" => &mut args.private,
        "--hybrid" => &mut args.hybrid,
        "--no-date" => &mut args.no_date,
        "--seed" => &mut args.seed,
        "--force" => &mut args.force,
        _ => return None,
    })
}

fn valued(
    args: &mut CreateArgs,
    option: &str,
    inline: Option<String>,
    words: &mut impl Iterator<Item = OsString>,
) -> Result<(), ArgsError> {
    let known = [
        "--web-seed",
        "--node",
        "--ignore",
        "--source",
        "--comment",
        "--piece-length",
    ];
    if !known.contains(&option) {
        return Err(ArgsError::Unknown(option.to_owned()));
    }
    let given = crate::args::value(option, inline, words)?;
    match option {
        "--web-seed" => args.web_seeds.push(given),
        "--node" => args.nodes.push(given),
        "--ignore" => args.ignore.push(given),
        "--source" => args.source = Some(given),
        "--comment" => args.comment = Some(given),
        _ => match bytes(&given) {
            Some(length) => args.piece_length = Some(length),
            None => return Err(ArgsError::NotALength(given)),
        },
    }
    Ok(())
}

/// `262144`, `256K` and `1M` are lengths.
fn bytes(text: &str) -> Option<u32> {
    let (digits, unit) = match text.trim_end_matches(|c: char| c.is_ascii_alphabetic()) {
        digits if digits.len() == text.len() => (digits, 1),
        digits => {
            let unit = text[digits.len()..].to_ascii_lowercase();
            let unit = match unit.trim_end_matches('b').trim_end_matches('i') {
                "k" => 1 << 10,
                "m" => 1 << 20,
                _ => return None,
            };
            (digits, unit)
        }
    };
    digits.parse::<u32>().ok()?.checked_mul(unit)
}

fn full(cwd: &Path, given: &Path) -> PathBuf {
    let joined = cwd.join(given);
    absolute(&joined).unwrap_or(joined)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn read(words: &[&str]) -> Result<Request, ArgsError> {
        let cwd = Path::new(if cfg!(windows) { r"C:\here" } else { "/here" });
        parse(words.iter().map(OsString::from), cwd)
    }

    fn create(words: &[&str]) -> CreateArgs {
        match read(words).unwrap() {
            Request::Create(args) => *args,
            Request::Help => panic!("help"),
        }
    }

    #[cfg(unix)]
    #[test]
    fn one_path_is_enough() {
        let args = create(&["film.mkv"]);
        let expected = CreateArgs {
            path: "/here/film.mkv".into(),
            ..CreateArgs::default()
        };
        assert_eq!(args, expected);
        assert_eq!(
            create(&["--", "--private"]).path,
            Path::new("/here/--private")
        );
        assert_eq!(
            create(&["x", "--output=y.torrent"]).output.unwrap(),
            Path::new("/here/y.torrent")
        );
    }

    #[test]
    fn trackers_come_in_tiers() {
        let words = [
            "a",
            "--tracker",
            "u1",
            "--tracker=u2",
            "--tier",
            "--tracker",
            "u3",
            "--tier",
        ];
        assert_eq!(create(&words).trackers, [vec!["u1", "u2"], vec!["u3"]]);
        assert_eq!(
            create(&["a", "--tier", "--tier", "--tracker", "u"]).trackers,
            [["u"]]
        );
    }

    #[test]
    fn options_are_read() {
        let args = create(&[
            "--private",
            "--hybrid",
            "--no-date",
            "--seed",
            "--force",
            "--source",
            "X",
            "--comment=a=b",
            "--web-seed",
            "http://w/",
            "--node",
            "n:1",
            "--ignore",
            "*.tmp",
            "--ignore=.git",
            "p",
            "--piece-length",
            "256K",
        ]);
        assert!(args.private && args.hybrid && args.no_date && args.seed && args.force);
        assert_eq!(
            (args.source.as_deref(), args.comment.as_deref()),
            (Some("X"), Some("a=b"))
        );
        assert_eq!(args.ignore, ["*.tmp", ".git"]);
        assert_eq!(args.piece_length, Some(1 << 18));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(read(&[]), Err(ArgsError::OnePath));
        assert_eq!(read(&["a", "b"]), Err(ArgsError::OnePath));
        assert_eq!(
            read(&["--frob", "a"]),
            Err(ArgsError::Unknown("--frob".into()))
        );
        assert_eq!(
            read(&["--private=1", "a"]),
            Err(ArgsError::NeedlessValue("--private".into()))
        );
        assert_eq!(
            read(&["a", "--tracker"]),
            Err(ArgsError::NoValue("--tracker".into()))
        );
        assert_eq!(
            read(&["a", "--piece-length", "x"]),
            Err(ArgsError::NotALength("x".into()))
        );
        assert_eq!(read(&["a", "--help", "--frob"]), Ok(Request::Help));
    }

    #[test]
    fn lengths() {
        for (text, length) in [
            ("16384", 16_384),
            ("16K", 16_384),
            ("16KiB", 16_384),
            ("2m", 2 << 20),
        ] {
            assert_eq!(bytes(text), Some(length), "{text}");
        }
        for text in ["", "K", "1G", "1.5M", "-1", "9999999M"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
