/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { actions } from './ar/actions';
import { add } from './ar/add';
import { common } from './ar/common';
import { create } from './ar/create';
import { desk } from './ar/desk';
import { details } from './ar/details';
import { errors } from './ar/errors';
import { filters } from './ar/filters';
import { folders } from './ar/folders';
import { keys } from './ar/keys';
import { labels } from './ar/labels';
import { list } from './ar/list';
import { log } from './ar/log';
import { place } from './ar/place';
import { settings } from './ar/settings';
import { share } from './ar/share';
import { stats } from './ar/stats';
import { status } from './ar/status';
import { watch } from './ar/watch';

export const ar: Catalogue<'ar'> = {
  filters,
  folders,
  keys,
  labels,
  common,
  create,
  desk,
  actions,
  list,
  status,
  errors,
  add,
  details,
  log,
  place,
  settings,
  share,
  stats,
  watch,
};
