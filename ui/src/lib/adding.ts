/** From files, links and what the system hands over to the add dialog. */
import { CallError, toCallError, type Backend } from './backend/backend';
import type { ApiError } from './backend/generated/ApiError';
import type { InspectSource } from './backend/generated/InspectSource';
import type { Preview } from './backend/generated/Preview';
import { pathsOfText } from './domain/file-list';
import { t } from './i18n';
import { tellRefused } from './refusal';
import { TOASTS_MAX, type ToastStore } from './stores/toasts.svelte';
import type { AddDialog, Dialog, UiStore } from './stores/ui.svelte';

/** What adding needs of the application. */
export interface Adding {
  readonly backend: Backend;
  readonly ui: UiStore;
  readonly toasts: ToastStore;
}

/** More lines than this are no list of links but something else that was copied; more files are not taken at a time. */
export const LINKS_MAX = 64;

/** Dialogs in which nothing is typed or chosen: they give way to what is to be added. */
const GIVE_WAY: readonly Dialog['kind'][] = ['about', 'shortcuts', 'statistics', 'share'];
/** So much waits for another dialog to be closed; what comes then is not taken. */
export const HELD_MAX = 256;

/** One source a line; pasted text may hold several links. */
export function sourcesOfText(text: string): InspectSource[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(0, LINKS_MAX)
    .map((line) => ({ kind: 'text', text: line }));
}

/** As {@link sourcesOfText}, where files of this machine can be copied, too: file managers give their addresses. */
export function sourcesOfPaste(text: string): InspectSource[] {
  const paths = pathsOfText(text);
  if (paths === null) return sourcesOfText(text);
  return paths.slice(0, LINKS_MAX).map((path) => ({ kind: 'path', path }));
}

/** What to call a source while nothing else is known about it. */
export function nameOf(source: InspectSource): string {
  if (source.kind === 'bytes') return source.name;
  if (source.kind === 'path') return source.path.split(/[/\\]/).at(-1) ?? source.path;
  const url = urlOf(source.text);
  return url === null ? source.text : url.pathname.split('/').at(-1) || url.host;
}

/** The address, when the text is one and not a magnet link or an info hash. */
export function urlOf(text: string): URL | null {
  return /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : null;
}

/** Addresses have to be fetched, which may take as long as their server likes. */
function isSlow(source: InspectSource): boolean {
  return source.kind === 'text' && /^https?:/i.test(source.text);
}

/**
 * Looks at every source, then shows what can be added. Resolves when the dialog is open: addresses
 * are left to it, so that their progress can be seen and cancelled.
 */
export async function addSources(app: Adding, sources: readonly InspectSource[]): Promise<void> {
  const { previews, errors, slow } = await inspectAll(app.backend, sources);
  openPreviews(app, previews, errors, slow);
}

/** Lets somebody choose files, in the system's dialog or the browser's. */
export async function addPicked(app: Adding): Promise<void> {
  const sources = await app.backend.pickTorrents();
  if (sources !== null) await addSources(app, sources);
}

/** Looks at every source but addresses, which are `slow`. */
export async function inspectAll(
  backend: Backend,
  sources: readonly InspectSource[],
): Promise<{ previews: Preview[]; errors: ApiError[]; slow: InspectSource[] }> {
  const previews: Preview[] = [];
  const errors: ApiError[] = [];
  for (const source of sources.filter((each) => !isSlow(each))) {
    try {
      previews.push(await backend.call('inspect', { source }));
    } catch (thrown) {
      const { code, params } = toCallError(thrown);
      // Among several it has to be said which one is meant.
      const isClear = sources.length === 1 && source.kind === 'text';
      errors.push({ code, params: isClear ? params : { name: nameOf(source), ...params } });
    }
  }
  return { previews, errors, slow: sources.filter(isSlow) };
}

/**
 * Opens the add dialog, or adds to the one that is open. What is typed in another dialog is not lost for it: then
 * it waits. When nothing can be added there are only toasts.
 */
export function openPreviews(
  app: Adding,
  previews: readonly Preview[],
  errors: readonly ApiError[],
  sources: readonly InspectSource[] = [],
  start: boolean | null = null,
): void {
  const { dialog } = app.ui;
  const open = dialog?.kind === 'add' ? dialog : null;
  if (previews.length + sources.length === 0 && open === null) {
    // Each would push an earlier one away, and nobody would know how many there were.
    if (errors.length > TOASTS_MAX) tellRefused(app.toasts, errors);
    else for (const { code, params } of errors) app.toasts.error(new CallError(code, params));
    return;
  }
  const more: AddDialog = { kind: 'add', previews, errors, sources, ...(start === null ? {} : { start }) };
  const isFree = dialog === null || open !== null || GIVE_WAY.includes(dialog.kind);
  if (isFree) app.ui.dialog = joined(open, more);
  else hold(app, more);
}

/** What is chosen for all of them stays as it was in the one that is open. */
function joined(open: AddDialog | null, more: AddDialog): AddDialog {
  if (open === null) return more;
  const known = new Set(open.previews.map(({ hash }) => hash));
  return {
    ...open,
    previews: [...open.previews, ...more.previews.filter(({ hash }) => !known.has(hash))],
    errors: [...open.errors, ...more.errors],
    sources: [...(open.sources ?? []), ...(more.sources ?? [])],
  };
}

function hold({ ui, toasts }: Adding, more: AddDialog): void {
  const { previews = [], errors = [], sources = [] } = ui.held ?? {};
  if (previews.length + errors.length + sources.length >= HELD_MAX) {
    toasts.info(t('desk.dialog_open'));
    return;
  }
  ui.held = joined(ui.held, more);
  toasts.info(t('desk.shown_later'));
}

/** For an effect: opens what waited as soon as no other dialog is open, or adds it to one for adding. */
export function openHeld(ui: UiStore): void {
  const { dialog, held } = ui;
  if (held === null || (dialog !== null && dialog.kind !== 'add')) return;
  ui.held = null;
  ui.dialog = joined(dialog, held);
}
