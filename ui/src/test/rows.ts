/** Builders for tests: a whole value of which a test names only what it is about. */
import type { Delta } from '$lib/backend/generated/Delta';
import type { Snapshot } from '$lib/backend/generated/Snapshot';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import type { Totals } from '$lib/backend/generated/Totals';

export function row(hash: string, part: Partial<TorrentRow> = {}): TorrentRow {
  return {
    hash,
    name: hash,
    status: 'downloading',
    sentence: { code: 'no_peers', params: {} },
    intent: 'run',
    wanted_bytes: 1_000,
    have_bytes: 0,
    check: null,
    down_bps: 0,
    up_bps: 0,
    downloaded_bytes: 0,
    uploaded_bytes: 0,
    ratio: null,
    eta_s: null,
    peers_connected: 0,
    peers_sending: 0,
    file_count: 1,
    labels: [],
    private: false,
    added_at: 0,
    completed_at: null,
    active_at: 0,
    save_path: '/downloads',
    lies_in: null,
    moving: null,
    sequential: false,
    first_last: false,
    rank: 0,
    trackers: [],
    queue_place: null,
    limited: false,
    goal: null,
    ...part,
  };
}

export const TOTALS: Totals = {
  down_bps: 0,
  up_bps: 0,
  dht_nodes: null,
  peers_connected: 0,
  free_bytes: null,
  free_volume: null,
  downloads_folder: '/downloads',
  engine: { state: 'running', port: 51_413 },
  speed: { slow: false, why: null, until: null, down_bps: null, up_bps: null },
  all_done: null,
};

export function snapshot(torrents: TorrentRow[], part: Partial<Snapshot> = {}): Snapshot {
  return {
    rev: 1,
    torrents,
    labels: [],
    totals: TOTALS,
    undo: { undo: null, redo: null },
    settings: {},
    watch: [],
    prefs: {},
    notices: [],
    version: '0.0.0',
    platform: 'linux',
    ...part,
  };
}

export function delta(rev: number, part: Partial<Delta> = {}): Delta {
  return {
    rev,
    upserts: [],
    removed: [],
    totals: null,
    labels: null,
    undo: null,
    settings: null,
    watch: null,
    ...part,
  };
}
