/** What the mock finds out about links and .torrent files before they are added. */
import { CallError } from '../backend';
import type { AddRequest } from '../generated/AddRequest';
import type { FileRow } from '../generated/FileRow';
import type { InspectSource } from '../generated/InspectSource';
import type { LabelView } from '../generated/LabelView';
import type { Preview } from '../generated/Preview';
import type { TorrentRow } from '../generated/TorrentRow';
import { bringsOf } from '$lib/domain/label-brings';
import { say } from './rows';
import { GB, hashOf, knownFiles, madeUp } from './details-made-up';

const MADE = Date.UTC(2015, 7, 10) / 1000;
/** A URL takes this long, so that its progress can be seen and cancelled. */
const FETCH_MS = 2_500;

let lastPreview = 0;
const previews = new Map<string, Preview>();

/** Knows some names by heart, to show every state of the dialog; anything else becomes one file. */
export async function inspect(
  source: InspectSource,
  known: ReadonlyMap<string, TorrentRow>,
  labels: readonly LabelView[],
): Promise<Preview> {
  const preview = await look(source, known);
  const found = preview.already_added ? [] : labels.filter((label) => fits(label, preview.name));
  const labelled = { ...preview, labels: found.map(({ name }) => name) };
  previews.set(preview.id, labelled);
  return labelled;
}

/** Only by name, from its beginning or whole. */
function fits({ defaults }: LabelView, name: string): boolean {
  const text = name.toLowerCase();
  return defaults.matches.some(({ name: pattern }) => {
    if (pattern === null) return false;
    const wanted = pattern.toLowerCase();
    return wanted.endsWith('*') ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
  });
}

/** What a torrent that is added gets of what was asked for and of what its labels say. */
export function addedAs(request: AddRequest, labels: readonly LabelView[]): Partial<TorrentRow> {
  const found = request.only_labels === true ? [] : (previews.get(request.preview_id)?.labels ?? []);
  const all = [...new Set([...request.labels, ...found])];
  const { folder, start } = bringsOf(all, labels);
  const starts = request.start ?? start?.value ?? true;
  return {
    labels: all,
    save_path: request.save_path ?? folder?.value ?? '/home/ada/Downloads',
    ...(starts
      ? {}
      : { intent: 'stop', status: 'stopped', sentence: say('stopped'), down_bps: 0, up_bps: 0 }),
  };
}

async function look(source: InspectSource, known: ReadonlyMap<string, TorrentRow>): Promise<Preview> {
  const text = source.kind === 'text' ? source.text.trim() : fileName(source);
  if (/^https?:/i.test(text)) await new Promise((resolve) => setTimeout(resolve, FETCH_MS));
  if (text.includes('broken')) throw new CallError('truncated');
  if (text.includes('page')) throw new CallError('html_page');
  const hash = /\b[0-9a-f]{40}\b/i.exec(text)?.[0].toLowerCase();
  if (hash !== undefined) return magnetPreview(text, hash, known);
  if (source.kind === 'text' && !/^https?:/i.test(text)) throw new CallError('not_a_link');
  const name = decodeURIComponent(text.split('/').at(-1) ?? text).replace(/\.torrent$/, '');
  const same = [...known.values()].find((row) => row.name === name);
  return previewOf(name, same?.hash ?? hashOf(name), previewFiles(name), same !== undefined);
}

function magnetPreview(text: string, hash: string, known: ReadonlyMap<string, TorrentRow>): Preview {
  const dn = /[?&]dn=([^&]*)/.exec(text)?.[1];
  const name = dn === undefined ? hash : decodeURIComponent(dn.replaceAll('+', ' '));
  const trackers = text.match(/[?&]tr=/g)?.length ?? 0;
  const preview = previewOf(known.get(hash)?.name ?? name, hash, [], known.has(hash));
  const unknown = { files: null, total_bytes: null, comment: null, created_by: null, created_at: null };
  return { ...preview, ...unknown, tracker_count: trackers };
}

function previewFiles(name: string): FileRow[] {
  if (name.startsWith('scans')) return madeUp(name, 50_000, 40 * GB);
  if (name.startsWith('huge')) return madeUp(name, 3, 900 * GB);
  return knownFiles(name) ?? madeUp(name, 1, 3.9 * GB);
}

function previewOf(name: string, hash: string, rows: FileRow[], already: boolean): Preview {
  return {
    id: `preview-${++lastPreview}`,
    hash,
    name: name.startsWith('cosmos') ? 'Cosmos Laundromat, first cycle (2015)' : name,
    already_added: already,
    files: rows,
    total_bytes: rows.reduce((sum, file) => sum + file.length, 0),
    private: name.includes('private'),
    comment: null,
    created_by: 'blender.org',
    created_at: MADE,
    tracker_count: 2,
    labels: [],
  };
}

function fileName(source: Exclude<InspectSource, { kind: 'text' }>): string {
  return source.kind === 'path' ? source.path : source.name;
}
