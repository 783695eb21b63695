import type { Words } from '../../catalogue';

export const list: Words<'list', 'fr'> = {};
