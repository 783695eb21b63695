/**
 * Answers of the mock backend about single torrents: made up, but the same for the same torrent, and
 * in keeping with its row.
 */
import { CallError } from '../backend';
import type { FileRow } from '../generated/FileRow';
import type { Overview } from '../generated/Overview';
import type { PeerRow } from '../generated/PeerRow';
import type { PieceMap } from '../generated/PieceMap';
import type { PriorityView } from '../generated/PriorityView';
import type { TorrentRow } from '../generated/TorrentRow';
import { say } from './rows';
import { knownFiles, madeUp, MB, randomOf, toBase64 } from './details-made-up';

export { addedAs, inspect } from './details-add';
export { folderInfo, listFolders } from './details-settings';
export { settings, setSettings } from './settings';

const MADE = Date.UTC(2015, 7, 10) / 1000;

/** Files that were unticked, by info-hash, while the mock lives. */
const unwanted = new Map<string, ReadonlySet<number>>();
/** Priorities that were chosen, and paths that were given, by info-hash and index. */
const urgency = new Map<string, Map<number, PriorityView>>();
const paths = new Map<string, Map<number, string[]>>();

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
    trackers: trackersOf(row),
    peers_known: row.peers_connected + 18,
    magnet: `magnet:?xt=urn:btih:${row.hash}&dn=${encodeURIComponent(row.name)}`,
    error_detail: row.status === 'attention' ? 'ENOSPC: write /data/film.mkv: No space left on device' : null,
    added_at: row.added_at,
    completed_at: row.completed_at,
    why: whyOf(row),
  };
}

/** The first two hosts in one tier, the others behind; their addresses hold keys, as real ones do. */
function trackersOf(row: TorrentRow): string[][] {
  const schemes = ['udp', 'https', 'http'];
  const urls = row.trackers.map((host, at) => {
    const scheme = schemes[at % schemes.length] ?? 'udp';
    return scheme === 'udp' ? `udp://${host}:1337/announce` : `${scheme}://${host}/0123456789abcdef/announce`;
  });
  return [urls.slice(0, 2), urls.slice(2)].filter((tier) => tier.length > 0);
}

function whyOf(row: TorrentRow): Overview['why'] {
  if (row.status !== 'downloading') return [];
  const known = row.peers_connected + 18;
  const { code, params } = say('why_peers', {
    sending: row.peers_sending,
    connected: row.peers_connected,
    known,
  });
  const isFew = row.peers_sending * 2 < row.peers_connected;
  return [
    { code, ok: !isFew, params },
    { code: 'why_limits', ok: true, params: {} },
    { code: 'why_disk', ok: true, params: {} },
  ];
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

export function selectFiles(row: TorrentRow, wanted: readonly number[]): void {
  const keep = new Set(wanted);
  const skipped = files(row).filter((file) => !keep.has(file.index));
  unwanted.set(row.hash, new Set(skipped.map((file) => file.index)));
}

/** As many pieces as a torrent may have that was cut very fine. */
const PIECES_MAX = 130_000;
const maps = new Map<string, PieceMap>();

export function pieces(row: TorrentRow): PieceMap {
  const key = `${row.hash} ${row.have_bytes}`;
  const map = maps.get(key) ?? makePieces(row);
  maps.clear();
  maps.set(key, map);
  return map;
}

function makePieces(row: TorrentRow): PieceMap {
  const size = row.wanted_bytes ?? 0;
  const isFine = row.name.startsWith('star-catalogue');
  let length = isFine ? Math.ceil(size / PIECES_MAX) : 1 << 18;
  while (!isFine && size / length > 4_000 && length < 1 << 26) length *= 2;
  const count = isFine ? PIECES_MAX : Math.ceil(size / length);
  const done = size > 0 ? row.have_bytes / size : 0;
  const have = Math.floor(count * done);
  const bits = new Uint8Array(Math.ceil(count / 8));
  if (have === count) {
    bits.fill(0xff);
    return { count, piece_length: length, have_count: have, have: toBase64(bits) };
  }
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
  if (row.sentence.code === 'no_peers') return [];
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

function addressOf(at: number, random: () => number): string {
  const byte = () => 1 + Math.floor(random() * 254);
  if (at % 5 === 1) return `[2a02:8109:b6c0::${byte().toString(16)}]:6881`;
  return `${80 + (at % 100)}.${byte()}.${byte()}.${byte()}:${1_024 + Math.floor(random() * 60_000)}`;
}
