/** What is done with saved views, and said about it. */
import type { AppContext } from '$lib/app.svelte';
import { t } from '$lib/i18n';
import { VIEWS_MAX, type SavedView, type Shown } from '$lib/stores/views.svelte';

export function shownNow(app: AppContext): Shown {
  return { filter: app.ui.filter, search: app.ui.search, sort: app.order };
}

export function applyView(app: AppContext, view: SavedView): void {
  app.ui.filter = view.filter;
  app.ui.search = view.search;
  app.setOrder(view.sort);
  app.ui.drawer = false;
}

/** Keeps what the list shows under a name. */
export function saveView(app: AppContext, name: string): void {
  const before = app.views.all.find((view) => view.name === name);
  const outcome = app.views.save(name, shownNow(app));
  if (outcome === 'saved') app.toasts.info(t('filters.view_saved', { name }));
  else if (outcome === 'replaced' && before !== undefined) {
    app.toasts.own(t('filters.view_replaced', { name }), () => app.views.save(name, before));
  } else if (outcome === 'full') app.toasts.info(t('filters.views_full', { n: VIEWS_MAX }));
  else app.toasts.info(t('filters.views_too_big'));
}

export function deleteView(app: AppContext, name: string): void {
  const back = app.views.remove(name);
  app.toasts.own(t('filters.view_deleted', { name }), back);
}
