//! Labels: names with a colour that the user gives to torrents.

/// A label. Its name is its key; no other label's differs only in case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// 1 to 64 characters in one line, nothing invisible among them.
    pub name: String,
    /// Index into the palette of label hues, 0 to 5.
    pub colour: u8,
}
