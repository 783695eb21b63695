/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { add } from './fr/add';
import { common } from './fr/common';
import { details } from './fr/details';
import { errors } from './fr/errors';
import { list } from './fr/list';
import { place } from './fr/place';
import { settings } from './fr/settings';
import { status } from './fr/status';

export const fr: Catalogue<'fr'> = { common, list, status, errors, add, details, place, settings };
