import type { Words } from '../../catalogue';

export const place: Words<'place', 'zh'> = {};
