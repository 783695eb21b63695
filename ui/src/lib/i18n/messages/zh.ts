/** One object per area, each in a file of its own, as in English. */
import type { Catalogue } from '../catalogue';
import { actions } from './zh/actions';
import { add } from './zh/add';
import { common } from './zh/common';
import { create } from './zh/create';
import { desk } from './zh/desk';
import { details } from './zh/details';
import { errors } from './zh/errors';
import { filters } from './zh/filters';
import { folders } from './zh/folders';
import { keys } from './zh/keys';
import { labels } from './zh/labels';
import { list } from './zh/list';
import { log } from './zh/log';
import { place } from './zh/place';
import { settings } from './zh/settings';
import { share } from './zh/share';
import { stats } from './zh/stats';
import { status } from './zh/status';
import { watch } from './zh/watch';

export const zh: Catalogue<'zh'> = {
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
