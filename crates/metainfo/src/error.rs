//! The reasons why a torrent or a magnet link is refused. Each has a stable code for the API and
//! one plain English sentence for logs; nothing here may carry unbounded or uncleaned foreign text.

use thiserror::Error;

use crate::bencode::SyntaxError;

/// Why a `.torrent` file or an info dictionary was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum MetainfoError {
    #[error("The file is empty.")]
    Empty,
    #[error("The file is not a torrent.")]
    NotATorrent,
    #[error("The file is a web page, not a torrent.")]
    HtmlPage,
    #[error("The file is compressed with gzip, it has to be unpacked first.")]
    Gzip,
    #[error("The torrent file is larger than 20 MiB.")]
    TooLarge,
    #[error("The torrent file is cut off.")]
    Truncated,
    #[error("The torrent file is nested too deeply.")]
    TooDeep,
    #[error("The torrent file is damaged at byte {offset}.")]
    Syntax { offset: usize },
    #[error("There is something else after the end of the torrent.")]
    TrailingData,
    #[error("The torrent holds the same key twice.")]
    DuplicateKey,
    #[error("A dictionary in the torrent has too many keys.")]
    TooManyKeys,
    #[error("The torrent has no info section.")]
    NoInfo,
    #[error("A field of the torrent's info section has the wrong type.")]
    WrongType,
    #[error("The torrent is of version 2 only, which is not supported.")]
    V2Only,
    #[error("The piece length is not between 512 bytes and 64 MiB.")]
    PieceLength,
    #[error("The number of piece hashes does not fit the length of the content.")]
    PieceCount,
    #[error(
        "The torrent has more than 130,000 pieces, more than peers can announce to each other."
    )]
    TooManyPieces,
    #[error("The torrent lists no files.")]
    NoFiles,
    #[error("The torrent has no content: all its files are empty.")]
    NoContent,
    #[error("The torrent holds only padding or links, no files.")]
    OnlyPadding,
    #[error("The torrent has more than 50,000 files.")]
    TooManyFiles,
    #[error("The torrent describes one file and a list of files at once.")]
    BothModes,
    #[error("A file in the torrent has no valid length.")]
    BadLength,
    #[error("The files are larger together than any disk.")]
    LengthOverflow,
    #[error("A file in the torrent has no name.")]
    PathEmpty,
    #[error("A file in the torrent lies more than 16 folders deep.")]
    PathTooDeep,
    #[error("A file name in the torrent is longer than 4,096 bytes.")]
    PathTooLong,
    #[error("A file name in the torrent tries to leave the download folder.")]
    PathUnsafe,
}

impl MetainfoError {
    /// A stable code in `snake_case`, for the API and for tests. Never shown to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotATorrent => "not_a_torrent",
            Self::HtmlPage => "html_page",
            Self::Gzip => "gzip",
            Self::TooLarge => "too_large",
            Self::Truncated => "truncated",
            Self::TooDeep => "too_deep",
            Self::Syntax { .. } => "syntax",
            Self::TrailingData => "trailing_data",
            Self::DuplicateKey => "duplicate_key",
            Self::TooManyKeys => "too_many_keys",
            Self::NoInfo => "no_info",
            Self::WrongType => "wrong_type",
            Self::V2Only => "v2_only",
            Self::PieceLength => "piece_length",
            Self::PieceCount => "piece_count",
            Self::TooManyPieces => "too_many_pieces",
            Self::NoFiles => "no_files",
            Self::NoContent => "no_content",
            Self::OnlyPadding => "only_padding",
            Self::TooManyFiles => "too_many_files",
            Self::BothModes => "both_modes",
            Self::BadLength => "bad_length",
            Self::LengthOverflow => "length_overflow",
            Self::PathEmpty => "path_empty",
            Self::PathTooDeep => "path_too_deep",
            Self::PathTooLong => "path_too_long",
            Self::PathUnsafe => "path_unsafe",
        }
    }
}

impl From<SyntaxError> for MetainfoError {
    fn from(error: SyntaxError) -> Self {
        match error {
            SyntaxError::Truncated => Self::Truncated,
            SyntaxError::TooDeep => Self::TooDeep,
            SyntaxError::DuplicateKey => Self::DuplicateKey,
            SyntaxError::TooManyKeys => Self::TooManyKeys,
            SyntaxError::Bad { offset } => Self::Syntax { offset },
        }
    }
}

/// Why a magnet link was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum MagnetError {
    #[error("The text is not a magnet link.")]
    NotAMagnet,
    #[error("The magnet link is longer than 64 KiB.")]
    TooLong,
    #[error("The magnet link names no torrent.")]
    NoInfoHash,
    #[error("The info-hash in the magnet link is not valid.")]
    BadInfoHash,
    #[error("The magnet link is for a torrent of version 2 only, which is not supported.")]
    V2Only,
}

impl MagnetError {
    /// A stable code in `snake_case`, for the API and for tests. Never shown to people.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAMagnet => "not_a_magnet",
            Self::TooLong => "magnet_too_long",
            Self::NoInfoHash => "no_info_hash",
            Self::BadInfoHash => "bad_info_hash",
            Self::V2Only => "v2_only",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_stable() {
        use MetainfoError as E;
        let errors = [
            (E::Empty, "empty"),
            (E::NotATorrent, "not_a_torrent"),
            (E::HtmlPage, "html_page"),
            (E::Gzip, "gzip"),
            (E::TooLarge, "too_large"),
            (E::Truncated, "truncated"),
            (E::TooDeep, "too_deep"),
            (E::Syntax { offset: 1 }, "syntax"),
            (E::PieceLength, "piece_length"),
            (E::PieceCount, "piece_count"),
            (E::TooManyPieces, "too_many_pieces"),
            (E::PathUnsafe, "path_unsafe"),
            (E::V2Only, "v2_only"),
            (E::NoFiles, "no_files"),
            (E::LengthOverflow, "length_overflow"),
        ];
        for (error, code) in errors {
            assert_eq!(error.code(), code);
            assert!(error.to_string().ends_with('.'));
        }
    }
}
