/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { actions } from './es/actions';
import { add } from './es/add';
import { common } from './es/common';
import { create } from './es/create';
import { desk } from './es/desk';
import { details } from './es/details';
import { errors } from './es/errors';
import { filters } from './es/filters';
import { folders } from './es/folders';
import { keys } from './es/keys';
import { labels } from './es/labels';
import { list } from './es/list';
import { log } from './es/log';
import { place } from './es/place';
import { settings } from './es/settings';
import { share } from './es/share';
import { stats } from './es/stats';
import { status } from './es/status';
import { watch } from './es/watch';

export const es: Catalogue<'es'> = {
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
