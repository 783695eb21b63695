/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { add } from './zh/add';
import { common } from './zh/common';
import { details } from './zh/details';
import { errors } from './zh/errors';
import { list } from './zh/list';
import { place } from './zh/place';
import { settings } from './zh/settings';
import { status } from './zh/status';

export const zh: Catalogue<'zh'> = { common, list, status, errors, add, details, place, settings };
