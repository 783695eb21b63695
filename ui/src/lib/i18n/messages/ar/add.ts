import type { Words } from '../../catalogue';

export const add: Words<'add', 'ar'> = {};
