import type { Words } from '../../catalogue';

export const common: Words<'common', 'de'> = {};
