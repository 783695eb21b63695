/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { add } from './es/add';
import { common } from './es/common';
import { details } from './es/details';
import { errors } from './es/errors';
import { list } from './es/list';
import { place } from './es/place';
import { settings } from './es/settings';
import { status } from './es/status';

export const es: Catalogue<'es'> = { common, list, status, errors, add, details, place, settings };
