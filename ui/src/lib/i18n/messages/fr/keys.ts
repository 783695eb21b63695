import type { Words } from '../../catalogue';

export const keys: Words<'keys', 'fr'> = {
  ctrl: 'Ctrl',
  alt: 'Alt',
  shift: 'Maj',
  space: 'Espace',
  enter: 'Entrée',
  escape: 'Échap',
  delete: 'Suppr',
  home: 'Début',
  end: 'Fin',
  page_up: 'Pg préc',
  page_down: 'Pg suiv',
  menu: 'Menu',
};
