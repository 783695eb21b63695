/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { actions } from './fr/actions';
import { add } from './fr/add';
import { common } from './fr/common';
import { create } from './fr/create';
import { desk } from './fr/desk';
import { details } from './fr/details';
import { errors } from './fr/errors';
import { filters } from './fr/filters';
import { folders } from './fr/folders';
import { keys } from './fr/keys';
import { labels } from './fr/labels';
import { list } from './fr/list';
import { log } from './fr/log';
import { place } from './fr/place';
import { settings } from './fr/settings';
import { share } from './fr/share';
import { stats } from './fr/stats';
import { status } from './fr/status';
import { watch } from './fr/watch';

export const fr: Catalogue<'fr'> = {
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
