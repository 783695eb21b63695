/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { actions } from './de/actions';
import { add } from './de/add';
import { common } from './de/common';
import { create } from './de/create';
import { desk } from './de/desk';
import { details } from './de/details';
import { errors } from './de/errors';
import { filters } from './de/filters';
import { folders } from './de/folders';
import { keys } from './de/keys';
import { labels } from './de/labels';
import { list } from './de/list';
import { log } from './de/log';
import { place } from './de/place';
import { settings } from './de/settings';
import { share } from './de/share';
import { stats } from './de/stats';
import { status } from './de/status';
import { watch } from './de/watch';

export const de: Catalogue<'de'> = {
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
