/**
 * Drops on a page in a browser. What hovers is told only roughly there: how many files, and not their names.
 * Must not touch what is dragged within the page, nor text that is dropped into a field.
 */
import { inspectAll, LINKS_MAX, sourcesOfText } from './adding';
import { takesText } from './areas';
import { CallError } from './backend/backend';
import { readBytes } from './backend/browser-files';
import type { ApiError } from './backend/generated/ApiError';
import type { DropLook } from './backend/generated/DropLook';
import type { InspectSource } from './backend/generated/InspectSource';
import { takeDrop, takesDrops, type Dropping } from './dropping';
import { t } from './i18n';
import type { DropStore } from './stores/drop.svelte';

/** Over a page it is told several times a second; what was not for so long is gone, as when its element is. */
export const GONE_AFTER_MS = 1_000;
/** What Shoal takes of one. */
const FILE_MAX_BYTES = 20 * 1024 * 1024;

interface DropApp extends Dropping {
  readonly drops: DropStore;
  attempt(work: () => Promise<unknown>): void;
}

interface Found {
  readonly sources: InspectSource[];
  readonly errors: ApiError[];
  /** There was more than is taken at a time. */
  readonly isCut: boolean;
}

/** Listens to the window until what is returned is called. */
export function followDrops(app: DropApp, target: EventTarget = window): () => void {
  let isOwn = false;
  let inside: EventTarget | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const gone = (): void => {
    clearTimeout(timer);
    app.drops.leave();
  };

  const hover = (event: DragEvent): void => {
    const data = event.dataTransfer;
    const look = isOwn || data === null || isForField(event) ? null : lookOf(data);
    if (data === null || look === null) return;
    event.preventDefault();
    data.dropEffect = takesDrops(app.ui) ? 'copy' : 'none';
    clearTimeout(timer);
    timer = setTimeout(gone, GONE_AFTER_MS);
    // It says the same each time.
    if (app.drops.look?.more !== look.more || app.drops.look.rows.length > 0) app.drops.hover(look);
  };
  const enter = (event: DragEvent): void => {
    inside = event.target;
    hover(event);
  };
  /** Also told for each element that is left for another one, which was entered before. */
  const leave = (event: DragEvent): void => {
    if (event.target === inside) gone();
  };
  const drop = (event: DragEvent): void => {
    const data = event.dataTransfer;
    gone();
    if (isOwn || data === null || isForField(event) || lookOf(data) === null) return;
    event.preventDefault();
    const start = event.shiftKey ? true : event.altKey ? false : null;
    // What was dropped can be read only while the event lasts.
    const found = hasFiles(data) ? filesOf(data) : Promise.resolve(linksOf(data));
    app.attempt(async () => take(app, await found, start));
  };
  /** While something is dragged the pointer is not told of: whatever was dragged of the page has come to its end. */
  const ofPage = (event: Event): void => {
    isOwn = event.type === 'dragstart';
  };
  const all: readonly (readonly [string, (event: DragEvent) => void])[] = [
    ['dragstart', ofPage],
    ['dragend', ofPage],
    ['pointermove', ofPage],
    ['dragenter', enter],
    ['dragover', hover],
    ['dragleave', leave],
    ['drop', drop],
  ];
  for (const [type, listener] of all) target.addEventListener(type, listener as EventListener);
  return () => {
    gone();
    for (const [type, listener] of all) target.removeEventListener(type, listener as EventListener);
  };
}

const hasFiles = (data: DataTransfer): boolean => data.types.includes('Files');

function isForField({ target, dataTransfer }: DragEvent): boolean {
  return dataTransfer !== null && !hasFiles(dataTransfer) && target instanceof Element && takesText(target);
}

/** Null when it is nothing that could be added. */
function lookOf(data: DataTransfer): DropLook | null {
  const isText = data.types.includes('text/uri-list') || data.types.includes('text/plain');
  if (!hasFiles(data) && !isText) return null;
  const files = [...data.items].filter(({ kind }) => kind === 'file').length;
  const room = { total_bytes: 0, free_bytes: null, volume: null };
  return {
    rows: [],
    more: files,
    more_here: 0,
    more_refused: 0,
    pending: 0,
    paths_known: false,
    modifiers: true,
    ...room,
  };
}

async function filesOf(data: DataTransfer): Promise<Found> {
  const refuse = (name: string, code: string): void => void found.errors.push({ code, params: { name } });
  const entries = [...data.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ isFolder: item.webkitGetAsEntry()?.isDirectory === true, file: item.getAsFile() }));
  const found: Found = { sources: [], errors: [], isCut: entries.length > LINKS_MAX };
  for (const { isFolder, file } of entries.slice(0, LINKS_MAX)) {
    if (file === null) continue;
    if (isFolder) refuse(file.name, 'drop_folder_remote');
    else if (!/\.torrent$/i.test(file.name)) refuse(file.name, 'drop_not_a_torrent');
    else if (file.size > FILE_MAX_BYTES) refuse(file.name, 'too_large');
    else {
      const source = await readBytes(file).catch(() => null);
      if (source === null) refuse(file.name, 'file_unreadable');
      else found.sources.push(source);
    }
  }
  return found;
}

/** A link that is dragged comes as an address; a file's is none of Shoal's machine. */
function linksOf(data: DataTransfer): Found {
  const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const links = linesOf(data.getData('text/uri-list')).filter((line) => !/^(#|file:)/i.test(line));
  const lines = links.length > 0 ? links : linesOf(data.getData('text/plain'));
  return { sources: sourcesOfText(lines.join('\n')), errors: [], isCut: lines.length > LINKS_MAX };
}

async function take(app: DropApp, found: Found, start: boolean | null): Promise<void> {
  if (found.sources.length + found.errors.length === 0) throw new CallError('not_a_link');
  if (found.isCut) app.toasts.info(t('desk.drop_first_only', { n: LINKS_MAX }));
  const { previews, errors, slow } = await inspectAll(app.backend, found.sources);
  const urls = slow.flatMap((source) => (source.kind === 'text' ? [source.text] : []));
  await takeDrop(app, { previews, errors: [...found.errors, ...errors], urls, create: null, start });
}
