/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { add } from './ar/add';
import { common } from './ar/common';
import { details } from './ar/details';
import { errors } from './ar/errors';
import { list } from './ar/list';
import { place } from './ar/place';
import { settings } from './ar/settings';
import { status } from './ar/status';

export const ar: Catalogue<'ar'> = { common, list, status, errors, add, details, place, settings };
