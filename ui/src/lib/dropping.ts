/** What becomes of things that were dropped on the window. */
import { openPreviews, sourcesOfText, type Adding } from './adding';
import type { ApiError } from './backend/generated/ApiError';
import type { Preview } from './backend/generated/Preview';
import { nextDraft } from './domain/creation';
import { t } from './i18n';
import { tellRefused } from './refusal';
import type { CreationStore } from './stores/creation.svelte';
import type { SettingsStore } from './stores/settings.svelte';
import type { TorrentStore } from './stores/torrents.svelte';
import type { UiStore } from './stores/ui.svelte';

export interface Dropped {
  readonly previews: readonly Preview[];
  readonly errors: readonly ApiError[];
  /** Addresses of torrent files, not fetched yet. */
  readonly urls: readonly string[];
  /** What a torrent is to be made of. */
  readonly create: string | null;
  /** Without a question, started or not; null to ask. */
  readonly start: boolean | null;
}

export interface Dropping extends Adding {
  readonly settings: Pick<SettingsStore, 'flag' | 'text'>;
  readonly creation: Pick<CreationStore, 'draft'>;
  readonly torrents: TorrentStore;
}

/** A dialog about something else keeps the window to itself; that for adding takes more. */
export function takesDrops(ui: UiStore): boolean {
  return !ui.closing && (ui.dialog === null || ui.dialog.kind === 'add');
}

export async function takeDrop(app: Dropping, dropped: Dropped): Promise<void> {
  const { previews, errors, urls, create, start } = dropped;
  if (!takesDrops(app.ui) || (create !== null && app.ui.dialog !== null)) {
    app.toasts.info(t('desk.dialog_open'));
    return;
  }
  app.ui.palette = false;
  if (create !== null) {
    app.creation.draft = { ...nextDraft(app.creation.draft), path: create };
    app.ui.dialog = { kind: 'create' };
    return;
  }
  if (previews.length + urls.length === 0) {
    if (app.ui.dialog === null) tellRefused(app.toasts, errors);
    else openPreviews(app, [], errors);
    return;
  }
  if (start === null) {
    openPreviews(app, previews, errors, sourcesOfText(urls.join('\n')));
    return;
  }
  tellRefused(app.toasts, errors);
  const { addAtOnce } = await import('$components/add/at-once');
  await addAtOnce(app, previews, urls, start);
}
