//! The command line that both binaries share: what to open, `--set key=value`, and how to ask for
//! help. Only reads words; touches no file and starts nothing.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{self, Path},
};

use shoal_core::InfoHash;
use url::Url;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Start.
    Run(Args),
    /// Say how it is used.
    Help,
    /// Say which version this is.
    Version,
}

/// A command line, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// `key=value` settings, in the order given.
    pub set: Vec<String>,
    /// Full paths of .torrent files, magnets and URLs, in the order given.
    pub open: Vec<String>,
    /// Values of the binary's own options, by option name with its dashes; those without a value have "".
    pub own: BTreeMap<&'static str, Vec<String>>,
}

/// Why a command line was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgsError {
    /// No such option.
    Unknown(String),
    /// The option needs a value.
    NoValue(String),
    /// The option takes none.
    NeedlessValue(String),
    /// `--set` without `key=value`.
    NotKeyValue(String),
    /// `create` needs one path, no more.
    OnePath,
    /// No number of bytes.
    NotALength(String),
}

impl fmt::Display for ArgsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(option) => write!(
                f,
                "there is no option {option}; --help lists those there are"
            ),
            Self::NoValue(option) => write!(f, "{option} needs a value"),
            Self::NeedlessValue(option) => write!(f, "{option} takes no value"),
            Self::NotKeyValue(given) => write!(f, "--set needs key=value, not \"{given}\""),
            Self::OnePath => write!(f, "create needs the path of one file or folder"),
            Self::NotALength(given) => {
                write!(
                    f,
                    "--piece-length needs bytes like 262144 or 256K, not \"{given}\""
                )
            }
        }
    }
}

impl std::error::Error for ArgsError {}

/// The options that only one binary has, dashes included.
#[derive(Clone, Copy, Debug, Default)]
pub struct Own<'o> {
    /// With a value each, repeatable.
    pub valued: &'o [&'static str],
    /// Without.
    pub flags: &'o [&'static str],
}

impl Args {
    /// Whether an option without a value was given.
    pub fn has(&self, flag: &str) -> bool {
        self.own.contains_key(flag)
    }

    /// The last value given for an option of the binary's own.
    pub fn last(&self, option: &str) -> Option<&str> {
        self.own
            .get(option)
            .and_then(|values| values.last())
            .map(String::as_str)
    }
}

/// Reads a command line, without the program's name. `own` are the binary's own options. Relative paths are
/// taken from `cwd`.
pub fn parse(
    words: impl IntoIterator<Item = OsString>,
    cwd: &Path,
    own: Own<'_>,
) -> Result<Request, ArgsError> {
    let mut args = Args::default();
    let mut words = words.into_iter();
    let mut options_ended = false;
    while let Some(word) = words.next() {
        // A name that is not Unicode cannot be carried on; opening it says so in the window.
        let text = word.to_string_lossy().into_owned();
        if options_ended || !text.starts_with('-') || text == "-" {
            args.open.push(target(&text, cwd));
            continue;
        }
        let (option, inline) = match text.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option, Some(value.to_owned())),
            _ => (text.as_str(), None),
        };
        match option {
            "--" | "-h" | "--help" | "-V" | "--version" if inline.is_some() => {
                return Err(ArgsError::NeedlessValue(option.to_owned()));
            }
            "--" => options_ended = true,
            "-h" | "--help" => return Ok(Request::Help),
            "-V" | "--version" => return Ok(Request::Version),
            "--set" => {
                let given = value(option, inline, &mut words)?;
                match given.split_once('=') {
                    Some((key, _)) if !key.is_empty() => args.set.push(given),
                    _ => return Err(ArgsError::NotKeyValue(given)),
                }
            }
            _ => {
                let (known, value) = own.read(option, inline, &mut words)?;
                args.own.entry(known).or_default().push(value);
            }
        }
    }
    Ok(Request::Run(args))
}

impl Own<'_> {
    fn read(
        self,
        option: &str,
        inline: Option<String>,
        words: &mut impl Iterator<Item = OsString>,
    ) -> Result<(&'static str, String), ArgsError> {
        let is_it = |known: &&&'static str| **known == option;
        if let Some(known) = self.flags.iter().find(is_it) {
            return match inline {
                None => Ok((known, String::new())),
                Some(_) => Err(ArgsError::NeedlessValue(option.to_owned())),
            };
        }
        match self.valued.iter().find(is_it) {
            Some(known) => Ok((known, value(option, inline, words)?)),
            None => Err(ArgsError::Unknown(option.to_owned())),
        }
    }
}

pub(crate) fn value(
    option: &str,
    inline: Option<String>,
    words: &mut impl Iterator<Item = OsString>,
) -> Result<String, ArgsError> {
    inline
        .or_else(|| words.next().map(|word| word.to_string_lossy().into_owned()))
        .ok_or_else(|| ArgsError::NoValue(option.to_owned()))
}

/// What is said when settings were given to a start that found Shoal running.
pub const SET_TOO_LATE: &str = "The settings given with --set were not taken: change them in the Shoal that runs, or quit \
    it first.";

/// A magnet, a URL or an info-hash stays as it is; everything else is a file, and gets its full path. Desktops
/// hand files over as `file:` URLs, too.
fn target(text: &str, cwd: &Path) -> String {
    if ["magnet:", "http://", "https://"]
        .iter()
        .any(|scheme| has_prefix(text, scheme))
    {
        return text.to_owned();
    }
    if has_prefix(text, "file://")
        && let Some(path) = Url::parse(text)
            .ok()
            .and_then(|url| url.to_file_path().ok())
    {
        return path.to_string_lossy().into_owned();
    }
    let joined = cwd.join(text);
    if text.parse::<InfoHash>().is_ok() && !joined.exists() {
        return text.to_owned();
    }
    path::absolute(&joined)
        .unwrap_or(joined)
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    fn read(words: &[&str], valued: &[&'static str]) -> Result<Request, ArgsError> {
        let own = Own {
            valued,
            flags: &["--hidden"],
        };
        parse(
            words.iter().map(OsString::from),
            Path::new(if cfg!(windows) { r"C:\here" } else { "/here" }),
            own,
        )
    }

    fn run(words: &[&str]) -> Args {
        match read(words, &[]).unwrap() {
            Request::Run(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_is_fine() {
        assert_eq!(run(&[]), Args::default());
    }

    #[test]
    fn help_and_version_win() {
        assert_eq!(
            read(&["a.torrent", "--help", "--nonsense"], &[]),
            Ok(Request::Help)
        );
        assert_eq!(read(&["-h"], &[]), Ok(Request::Help));
        assert_eq!(read(&["--version"], &[]), Ok(Request::Version));
        assert_eq!(read(&["-V"], &[]), Ok(Request::Version));
    }

    #[test]
    fn unknown_options_are_named() {
        assert_eq!(
            read(&["--frob"], &[]),
            Err(ArgsError::Unknown("--frob".into()))
        );
        assert_eq!(
            read(&["--frob=1"], &[]),
            Err(ArgsError::Unknown("--frob".into()))
        );
        assert_eq!(read(&["-x"], &[]), Err(ArgsError::Unknown("-x".into())));
        assert_eq!(
            read(&["--listen", "x"], &["--ui"]),
            Err(ArgsError::Unknown("--listen".into()))
        );
        assert_eq!(
            read(&["--help=1"], &[]),
            Err(ArgsError::NeedlessValue("--help".into()))
        );
    }

    #[test]
    fn settings_repeat_in_order() {
        let args = run(&[
            "--set",
            "network.port=6881",
            "--set=appearance.theme=dark",
            "--set",
            "a=",
        ]);
        assert_eq!(
            args.set,
            ["network.port=6881", "appearance.theme=dark", "a="]
        );
        assert_eq!(
            read(&["--set"], &[]),
            Err(ArgsError::NoValue("--set".into()))
        );
        assert_eq!(
            read(&["--set", "port"], &[]),
            Err(ArgsError::NotKeyValue("port".into()))
        );
        assert_eq!(
            read(&["--set", "=1"], &[]),
            Err(ArgsError::NotKeyValue("=1".into()))
        );
    }

    #[test]
    fn own_options_keep_all_values() {
        let Ok(Request::Run(args)) = read(
            &["--listen", "a", "--ui=x=y", "--listen=b"],
            &["--listen", "--ui"],
        ) else {
            panic!("not understood");
        };
        assert_eq!(args.own["--listen"], ["a", "b"]);
        assert_eq!(args.last("--listen"), Some("b"));
        assert_eq!(args.last("--ui"), Some("x=y"));
        assert_eq!(args.last("--allow-host"), None);
    }

    #[test]
    fn own_flags_take_no_value() {
        let args = run(&["--hidden", "https://a/b.torrent"]);
        assert!(args.has("--hidden"));
        assert_eq!(args.open, ["https://a/b.torrent"], "it is no value");
        assert!(!run(&["--", "--hidden"]).has("--hidden"));
        assert_eq!(
            read(&["--hidden=1"], &[]),
            Err(ArgsError::NeedlessValue("--hidden".into()))
        );
        let other = parse([OsString::from("--hidden")], Path::new("/"), Own::default());
        assert_eq!(other, Err(ArgsError::Unknown("--hidden".into())));
    }

    #[test]
    fn links_stay_as_they_are() {
        let links = [
            "magnet:?xt=urn:btih:0",
            "MAGNET:?xt=1",
            "http://a/b.torrent",
            "HTTPS://a/b.torrent",
        ];
        assert_eq!(run(&links).open, links);
    }

    #[test]
    fn so_do_info_hashes_that_are_no_files() {
        let dir = tempfile::tempdir().unwrap();
        let [hash, file] = ["0123456789abcdef0123456789ABCDEF01234567", &"a".repeat(40)];
        std::fs::write(dir.path().join(file), "").unwrap();
        assert_eq!(target(hash, dir.path()), hash);
        assert_eq!(Path::new(&target(file, dir.path())), dir.path().join(file));
    }

    #[cfg(unix)]
    #[test]
    fn files_get_their_full_path() {
        let args = run(&[
            "a b.torrent",
            "/x/y.torrent",
            "./z.torrent",
            "file:///tmp/a%20b.torrent",
            "é",
            "magnet",
        ]);
        let expected = [
            "/here/a b.torrent",
            "/x/y.torrent",
            "/here/z.torrent",
            "/tmp/a b.torrent",
            "/here/é",
            "/here/magnet",
        ];
        assert_eq!(args.open, expected);
    }

    #[cfg(unix)]
    #[test]
    fn two_dashes_end_the_options() {
        let args = run(&["--", "--help", "-x.torrent", "--"]);
        assert_eq!(args.open, ["/here/--help", "/here/-x.torrent", "/here/--"]);
    }
}
