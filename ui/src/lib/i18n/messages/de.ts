/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { add } from './de/add';
import { common } from './de/common';
import { details } from './de/details';
import { errors } from './de/errors';
import { list } from './de/list';
import { place } from './de/place';
import { settings } from './de/settings';
import { status } from './de/status';

export const de: Catalogue<'de'> = { common, list, status, errors, add, details, place, settings };
