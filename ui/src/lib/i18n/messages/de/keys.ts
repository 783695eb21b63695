import type { Words } from '../../catalogue';

export const keys: Words<'keys', 'de'> = {
  ctrl: 'Strg',
  alt: 'Alt',
  shift: 'Umschalt',
  space: 'Leertaste',
  enter: 'Eingabe',
  escape: 'Esc',
  delete: 'Entf',
  home: 'Pos1',
  end: 'Ende',
  page_up: 'Bild auf',
  page_down: 'Bild ab',
  menu: 'Menü',
};
