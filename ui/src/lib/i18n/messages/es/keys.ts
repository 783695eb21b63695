import type { Words } from '../../catalogue';

export const keys: Words<'keys', 'es'> = {
  ctrl: 'Ctrl',
  alt: 'Alt',
  shift: 'Mayús',
  space: 'Espacio',
  enter: 'Intro',
  escape: 'Esc',
  delete: 'Supr',
  home: 'Inicio',
  end: 'Fin',
  page_up: 'Re Pág',
  page_down: 'Av Pág',
  menu: 'Menú',
};
