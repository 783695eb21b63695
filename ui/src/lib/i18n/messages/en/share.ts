/** Words of the dialogs that share a torrent and that ask before something is opened. */
export const share = {
  title: 'Share',
  magnet: 'Magnet link',
  hint: 'Whoever opens this link with a torrent client can download the same files. They come from everybody who shares them.',
  hint_private:
    'Others can use this link only when they are members of the same tracker and have its .torrent file.',
  private:
    'This torrent is private: its link names no tracker, and nobody finds its files without one. The .torrent file holds your own key to the tracker; do not hand it on.',
  qr_label: 'QR code of the magnet link of {name}',
  qr_too_long: 'The link is too long for a QR code that a camera could read.',

  open_program_title: 'This is a program',
  open_program:
    'A program can do to this computer whatever you can. Shoal did not open it. Open it only if you trust where it comes from.',
  open_posing:
    'The name makes it look like something else, but it is a program, and a program can do to this computer whatever you can. Shoal did not open it.',
  open_part_title: 'Not complete yet',
  open_part: 'Some programs show what is there already, others take the file for a damaged one.',
  open_anyway: 'Open anyway',
} as const;
