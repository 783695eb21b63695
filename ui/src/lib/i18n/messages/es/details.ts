import type { Words } from '../../catalogue';

export const details: Words<'details', 'es'> = {};
