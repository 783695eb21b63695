/** What the user can do with the details: which part of them is shown. */
import { TAB_PREF, tabOf, tabsFor } from '$components/details/tabs';
import { t } from '$lib/i18n';
import { free, selected, some, type ActionApp } from './app';
import type { Action, Entry } from './registry';

const tabs: Action<ActionApp> = {
  id: 'details_tab',
  title: 'details.tabs',
  icon: 'panel',
  shortcuts: [],
  group: 'copy',
  applies: (app) => free(app) && some(app),
  entries(app) {
    const ids = tabsFor(selected(app).length);
    const shown = tabOf(app.prefs.get(TAB_PREF), ids);
    return ids.map((id): Entry => ({
      id,
      text: t(`details.${id}`),
      checked: isShown(app) && id === shown,
      run() {
        app.prefs.set(TAB_PREF, id);
        if (app.ui.narrow) app.ui.detailsPage = true;
        else if (!app.details) app.set('window.details', true);
      },
    }));
  },
  run: () => undefined,
};

function isShown(app: ActionApp): boolean {
  return app.ui.narrow ? app.ui.detailsPage : app.details;
}

export const DETAILS_ACTIONS: readonly Action<ActionApp>[] = [tabs];
