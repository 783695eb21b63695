/** The columns of the compact list as this window has them. */
import type { AppContext } from '$lib/app.svelte';
import { asDrawn, drawnColumns, readColumns, type Column } from '$lib/domain/view-columns';

const KEY = 'list.columns';

export interface ListColumns {
  /** Every one there is, in its place. */
  readonly all: readonly Column[];
  /** Those that are seen. */
  readonly drawn: readonly Column[];
}

export function listColumns(app: AppContext): ListColumns {
  const all = readColumns(app.prefs.get(KEY));
  return { all, drawn: drawnColumns(all, app.ui.listRoom) };
}

export function saveColumns(app: AppContext, columns: readonly Column[] | null): void {
  app.prefs.set(KEY, columns);
}

/** For changes of which are shown: they begin from what is seen. */
export function seen({ all, drawn }: ListColumns): readonly Column[] {
  return asDrawn(all, drawn);
}
