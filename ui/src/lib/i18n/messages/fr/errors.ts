import type { Words } from '../../catalogue';

export const errors: Words<'errors', 'fr'> = {};
