/**
 * Answers of the mock backend about single torrents, previews, settings and folders: made up, but
 * the same for the same torrent, and in keeping with its row.
 */
import type { FileRow } from './generated/FileRow';
import type { FolderInfo } from './generated/FolderInfo';
import type { FolderList } from './generated/FolderList';
import type { InspectSource } from './generated/InspectSource';
import type { Overview } from './generated/Overview';
import type { PeerRow } from './generated/PeerRow';
import type { PieceMap } from './generated/PieceMap';
import type { Preview } from './generated/Preview';
import type { PriorityView } from './generated/PriorityView';
import type { SettingValueView } from './generated/SettingValueView';
import type { SettingView } from './generated/SettingView';
import type { TorrentRow } from './generated/TorrentRow';
import { CallError } from './backend';

const GB = 1e9;
const MB = 1e6;
const HOME = '/home/ada';
const DOWNLOADS = `${HOME}/Downloads`;
const MADE = Date.UTC(2015, 7, 10) / 1000;
/** A URL takes this long, so that its progress can be seen and cancelled. */
const FETCH_MS = 2_500;

type FileSpec = readonly [path: string, length: number, marks?: Partial<FileRow>];

const SINTEL: readonly FileSpec[] = [
  ['video/sintel-4096-surround.mkv', 4.61 * GB],
  ['video/sintel-trailer-watch-me.mp4.exe', 6.1 * MB, { risk: 'disguised' }],
  ['subtitles/sintel.en.srt', 38_000],
  ['subtitles/sintel.nl.srt', 37_000],
  ['artwork/poster-one.png', 60 * MB],
  ['artwork/poster-two.png', 28 * MB],
  ['LICENSE.txt', 2_000],
];

const COSMOS: readonly FileSpec[] = [
  ['film/cosmos-laundromat-2048.mkv', 2.16 * GB],
  ['film/behind-the-scenes.mp4', 17 * MB],
  ['film/cosmos_player.mp4.scr', 6.4 * MB, { risk: 'disguised' }],
  ['subtitles/cosmos.en.srt', 33_000],
  ['subtitles/cosmos.es.srt', 32_000],
  ['subtitles/cosmos.nl.srt', 31_000],
  ['poster.jpg', 1.8 * MB],
  ['LICENSE.txt', 2_000],
];

const TOOLS: readonly FileSpec[] = [
  ['install.sh', 14_000, { risk: 'executable' }],
  ['setup.exe', 48 * MB, { risk: 'executable', priority: 'low' }],
  [
    'manual_con.pdf',
    3 * MB,
    { renamed: true, original: 'manual:con.pdf', disk_path: ['handbook.pdf'], priority: 'high' },
  ],
  [
    'a very long name that says everything about the recording, the place and the day it was made.flac',
    210 * MB,
  ],
];

/** Files that were unticked, by info-hash, while the mock lives. */
const unwanted = new Map<string, ReadonlySet<number>>();
/** Priorities that were chosen, and paths that were given, by info-hash and index. */
const urgency = new Map<string, Map<number, PriorityView>>();
const paths = new Map<string, Map<number, string[]>>();
const changed = new Map<string, SettingValueView>();
let lastPreview = 0;

export function overview(row: TorrentRow): Overview {
  const map = pieces(row);
  const isMagnet = row.wanted_bytes === null;
  return {
    hash: row.hash,
    content_path: isMagnet ? null : `${row.lies_in ?? row.save_path}/${row.name}`,
    save_path: row.save_path,
    lies_in: row.lies_in ?? row.save_path,
    goes_to: row.lies_in === null ? null : row.save_path,
    sequential: row.sequential,
    first_last: row.first_last,
    source: isMagnet ? null : `${row.name}.torrent`,
    comment: isMagnet ? null : 'Creative Commons BY 3.0. See https://example.org/licence',
    created_by: isMagnet ? null : 'mktorrent 1.1',
    created_at: isMagnet ? null : MADE,
    total_bytes: row.wanted_bytes,
    piece_length: isMagnet ? null : map.piece_length,
    piece_count: isMagnet ? null : map.count,
    trackers: row.private ? [['https://tracker.example.net/announce']] : [],
    peers_known: row.peers_connected + 18,
    magnet: `magnet:?xt=urn:btih:${row.hash}&dn=${encodeURIComponent(row.name)}`,
    error_detail: row.status === 'attention' ? 'ENOSPC: write /data/film.mkv: No space left on device' : null,
  };
}

export function files(row: TorrentRow): FileRow[] {
  const count = row.file_count ?? 0;
  if (count === 0) return [];
  const size = row.wanted_bytes ?? 0;
  const rows = knownFiles(row.name) ?? madeUp(row.name, count, size);
  const done = size > 0 ? row.have_bytes / size : 0;
  const skipped = unwanted.get(row.hash);
  const random = randomOf(row.hash);
  return rows.map((file) => {
    const wanted = skipped ? !skipped.has(file.index) : file.risk !== 'disguised';
    const share = done >= 1 ? 1 : Math.min(1, done * (0.4 + random() * 1.4));
    const have = wanted ? Math.floor(file.length * share) : 0;
    const chosen = urgency.get(row.hash)?.get(file.index) ?? file.priority;
    return {
      ...file,
      wanted,
      have_bytes: have,
      part: row.lies_in !== null && have > 0 && have < file.length,
      disk_path: paths.get(row.hash)?.get(file.index) ?? file.disk_path,
      priority: wanted ? (chosen === 'skip' ? 'normal' : chosen) : 'skip',
    };
  });
}

export function setPriorities(row: TorrentRow, indices: readonly number[], priority: PriorityView): void {
  const meant = new Set(indices);
  const before = files(row);
  if (!before.some(({ index }) => meant.has(index))) throw new CallError('bad_selection');
  const wanted = before.filter((file) => (meant.has(file.index) ? priority !== 'skip' : file.wanted));
  if (wanted.length === 0) throw new CallError('bad_selection');
  selectFiles(
    row,
    wanted.map(({ index }) => index),
  );
  const chosen = urgency.get(row.hash) ?? new Map<number, PriorityView>();
  for (const index of meant) chosen.set(index, priority);
  urgency.set(row.hash, chosen);
}

/** Renames a file or folder on disk; returns what takes it back. */
export function renamePath(row: TorrentRow, path: readonly string[], name: string): () => void {
  const now = files(row).map((file) => ({ file, at: file.disk_path ?? file.path }));
  const below = now.filter(({ at }) => path.every((component, depth) => at[depth] === component));
  if (path.length === 0 || below.length === 0) throw new CallError('no_such_file');
  const renamed = [...path.slice(0, -1), name];
  const same = (at: readonly string[]): boolean =>
    at.join('/').toLowerCase() === renamed.join('/').toLowerCase();
  if (now.some(({ file, at }) => same(at) && !below.some((other) => other.file === file))) {
    throw new CallError('name_taken', { name });
  }
  const before = paths.get(row.hash);
  const after = new Map(before);
  for (const { file, at } of below) after.set(file.index, [...renamed, ...at.slice(path.length)]);
  paths.set(row.hash, after);
  return () => paths.set(row.hash, before ?? new Map<number, string[]>());
}

function knownFiles(name: string): FileRow[] | null {
  if (name.startsWith('Tools')) return toRows(TOOLS);
  if (name.startsWith('Sintel')) return toRows(SINTEL);
  return name.startsWith('Cosmos') ? toRows(COSMOS) : null;
}

export function selectFiles(row: TorrentRow, wanted: readonly number[]): void {
  const keep = new Set(wanted);
  const skipped = files(row).filter((file) => !keep.has(file.index));
  unwanted.set(row.hash, new Set(skipped.map((file) => file.index)));
}

export function pieces(row: TorrentRow): PieceMap {
  const size = row.wanted_bytes ?? 0;
  let length = 1 << 18;
  while (size / length > 4_000 && length < 1 << 26) length *= 2;
  const count = Math.ceil(size / length);
  const done = size > 0 ? row.have_bytes / size : 0;
  const have = Math.floor(count * done);
  const bits = new Uint8Array(Math.ceil(count / 8));
  const random = randomOf(row.hash);
  const scores = Array.from({ length: count }, (_, piece) => {
    const wave = Math.sin(piece / 37) * 0.2 + Math.sin(piece / 11) * 0.1;
    return { piece, score: wave + (1 - piece / count) * 0.5 + random() * 0.45 };
  });
  scores.sort((a, b) => b.score - a.score);
  for (const { piece } of scores.slice(0, have)) bits[piece >> 3]! |= 0x80 >> (piece & 7);
  return { count, piece_length: length, have_count: have, have: toBase64(bits) };
}

export function peers(row: TorrentRow): PeerRow[] {
  const random = randomOf(row.hash);
  const clients = ['Transmission 4.0.6', 'qBittorrent 5.0.5', 'Shoal 0.1.0', 'libtorrent 2.0.11', null];
  const connected = Array.from({ length: row.peers_connected }, (_, at): PeerRow => {
    const sending = at < row.peers_sending;
    const taking = at % 3 === 2;
    return {
      addr: addressOf(at, random),
      client: clients[at % clients.length] ?? null,
      transport: at % 2 === 0 ? 'utp' : 'tcp',
      incoming: at % 4 === 3,
      state: 'connected',
      down_bps: sending ? Math.round(row.down_bps / row.peers_sending) : 0,
      up_bps: taking ? Math.round((row.up_bps * 3) / row.peers_connected) : 0,
      fetched_bytes: sending ? Math.round(random() * 400 * MB) : 0,
      uploaded_bytes: taking ? Math.round(random() * 80 * MB) : 0,
    };
  });
  const states = ['failed', 'queued', 'connecting', 'not_needed'] as const;
  const known = Array.from({ length: 18 }, (_, at): PeerRow => ({
    ...{ client: null, transport: null, incoming: false, down_bps: 0, up_bps: 0 },
    ...{ addr: addressOf(at + 100, random), state: states[at % 4]!, fetched_bytes: 0, uploaded_bytes: 0 },
  }));
  return [...connected, ...known];
}

/** Knows some names by heart, to show every state of the dialog; anything else becomes one file. */
export async function inspect(
  source: InspectSource,
  known: ReadonlyMap<string, TorrentRow>,
): Promise<Preview> {
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

export function settings(): SettingView[] {
  return SETTINGS.map((view) => ({ ...view, value: changed.get(view.key) ?? view.value }));
}

/** Changes settings as the core does: all or, when one is refused, none. */
export function setSettings(values: Readonly<Record<string, SettingValueView>>): void {
  for (const [key, value] of Object.entries(values)) {
    const view = SETTINGS.find((setting) => setting.key === key);
    if (view?.kind.type === 'folder' && !String(value).startsWith('/')) {
      throw new CallError('setting_not_a_folder', { field: key });
    }
  }
  for (const [key, value] of Object.entries(values)) changed.set(key, value);
}

export function folderInfo(path: string): FolderInfo {
  const full = path === '' ? DOWNLOADS : path.replace(/^~/, HOME);
  const onData = full.startsWith('/data');
  const usable = full.startsWith('/') && !full.startsWith('/root');
  return {
    path: full,
    usable,
    exists: usable && !full.includes('new'),
    free_bytes: onData ? 0.9 * GB : 212.2 * GB,
    volume_bytes: onData ? 4_000 * GB : 1_000 * GB,
    volume: onData ? '/data' : '/home',
  };
}

export function listFolders(path: string): FolderList {
  const full = path === '' ? DOWNLOADS : path;
  const parent = full === '/' ? null : full.slice(0, Math.max(1, full.lastIndexOf('/')));
  if (full.startsWith('/root')) throw new CallError('folder_unusable', { path: full });
  const tree: Record<string, string[]> = {
    '/': ['data', 'home', 'media', 'root'],
    '/home': ['ada'],
    [HOME]: ['Documents', 'Downloads', 'Films', 'Music', 'Pictures'],
    [`${HOME}/Films`]: ['Blender', 'Prelinger'],
  };
  return { path: full, parent, folders: tree[full] ?? [] };
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
  if (name.startsWith('cosmos')) return toRows(COSMOS);
  if (name.startsWith('tools')) return toRows(TOOLS);
  if (name.startsWith('scans')) return madeUp(name, 50_000, 40 * GB);
  if (name.startsWith('huge')) return madeUp(name, 3, 900 * GB);
  return madeUp(name, 1, 3.9 * GB);
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
  };
}

function madeUp(name: string, count: number, size: number): FileRow[] {
  if (count === 1) return toRows([[name, size]]);
  const each = Math.floor(size / count);
  const kinds = ['flac', 'jpg', 'pdf', 'txt'];
  const specs = Array.from({ length: count }, (_, at): FileSpec => {
    return [`Part ${1 + (at % Math.ceil(count / 40))}/Track ${at + 1}.${kinds[at % kinds.length]}`, each];
  });
  return toRows(specs);
}

function toRows(specs: readonly FileSpec[]): FileRow[] {
  return specs.map(([path, length, marks], index) => ({
    ...{ index, path: path.split('/'), length, have_bytes: 0, wanted: true, renamed: false, risk: null },
    ...{ disk_path: null, part: false, priority: 'normal' as const },
    ...marks,
  }));
}

function fileName(source: Exclude<InspectSource, { kind: 'text' }>): string {
  return source.kind === 'path' ? source.path : source.name;
}

function addressOf(at: number, random: () => number): string {
  const byte = () => 1 + Math.floor(random() * 254);
  if (at % 5 === 1) return `[2a02:8109:b6c0::${byte().toString(16)}]:6881`;
  return `${80 + (at % 100)}.${byte()}.${byte()}.${byte()}:${1_024 + Math.floor(random() * 60_000)}`;
}

function hashOf(text: string): string {
  const random = randomOf(text);
  return Array.from({ length: 40 }, () => Math.floor(random() * 16).toString(16)).join('');
}

/** The same numbers between 0 and 1 for the same text. */
function randomOf(text: string): () => number {
  let state = 7;
  for (const character of text) state = (state * 31 + character.charCodeAt(0)) % 2_147_483_647;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

type Definition = Pick<SettingView, 'key' | 'kind' | 'applies'> & { readonly initial: SettingValueView };

const BOOL = { type: 'bool' } as const;

const DEFINITIONS: readonly Definition[] = [
  { key: 'downloads.folder', kind: { type: 'folder' }, applies: 'new_torrents', initial: DOWNLOADS },
  { key: 'downloads.leave_out_disguised', kind: BOOL, applies: 'new_torrents', initial: true },
  { key: 'downloads.part_suffix', kind: BOOL, applies: 'new_torrents', initial: false },
  { key: 'downloads.unfinished_folder', kind: { type: 'folder' }, applies: 'new_torrents', initial: '' },
  {
    key: 'downloads.preallocate',
    kind: { type: 'choice', choices: ['none', 'sparse', 'full'] },
    applies: 'now',
    initial: 'none',
  },
  {
    key: 'downloads.order',
    kind: { type: 'choice', choices: ['spread', 'sequential'] },
    applies: 'new_torrents',
    initial: 'spread',
  },
  { key: 'downloads.first_last', kind: BOOL, applies: 'new_torrents', initial: false },
  { key: 'network.port', kind: { type: 'int', min: 0, max: 65_535 }, applies: 'reconnect', initial: 0 },
  { key: 'network.upnp', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.dht', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.lsd', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.utp', kind: BOOL, applies: 'reconnect', initial: true },
  {
    key: 'network.peer_limit',
    kind: { type: 'int', min: 1, max: 1_000 },
    applies: 'reconnect',
    initial: 100,
  },
  {
    key: 'appearance.theme',
    kind: { type: 'choice', choices: ['system', 'light', 'dark'] },
    applies: 'now',
    initial: 'system',
  },
  { key: 'appearance.binary_units', kind: BOOL, applies: 'now', initial: false },
];

const SETTINGS: readonly SettingView[] = DEFINITIONS.map(({ initial, ...rest }) => ({
  ...rest,
  shown: true,
  value: initial,
  default: initial,
}));
