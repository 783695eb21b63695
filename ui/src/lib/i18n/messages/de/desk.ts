import type { Words } from '../../catalogue';

export const desk: Words<'desk', 'de'> = {};
