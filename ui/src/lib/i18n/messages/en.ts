/** The complete English catalogue: one object per area, each in a file of its own. */
import { actions } from './en/actions';
import { add } from './en/add';
import { common } from './en/common';
import { create } from './en/create';
import { desk } from './en/desk';
import { details } from './en/details';
import { errors } from './en/errors';
import { filters } from './en/filters';
import { folders } from './en/folders';
import { keys } from './en/keys';
import { labels } from './en/labels';
import { list } from './en/list';
import { log } from './en/log';
import { place } from './en/place';
import { settings } from './en/settings';
import { share } from './en/share';
import { stats } from './en/stats';
import { status } from './en/status';
import { watch } from './en/watch';

export const en = {
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
