/**
 * The making of torrents, as the core would answer. What a path is decides how it goes: `Research` is
 * large, `empty`, `locked` and `missing` fail in their ways, everything else is done in a moment.
 */
import { CallError } from '../backend';
import type { Commands } from '../generated/Commands';
import type { CreateLook } from '../generated/CreateLook';
import type { CreateRequest } from '../generated/CreateRequest';
import type { CreateState } from '../generated/CreateState';
import type { CreateStatus } from '../generated/CreateStatus';
import type { LeftOut } from '../generated/LeftOut';
import type { TorrentRow } from '../generated/TorrentRow';
import { makeRow, say } from './rows';

const BYTES_PER_MS = 1.9e6;
const JOBS_MAX = 4;
const PIECES_AIMED = 2_000;
const PIECE_SHORTEST = 1 << 14;
const PIECE_LONGEST_CHOSEN = 1 << 24;
const MADE_TORRENT = btoa('d4:infod6:lengthi0e4:name4:madeee');

/** What these commands need of the mock. */
export interface CreateCore {
  put(row: TorrentRow): void;
  changed(): void;
}

type Names = 'create_look' | 'create_start' | 'create_status' | 'create_cancel' | 'create_save';

export type CreateHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

interface Job {
  readonly begun: number;
  readonly request: CreateRequest;
  readonly look: CreateLook;
  readonly hash: string;
  cancelled: boolean;
  added: boolean;
}

function pieceLengthFor(bytes: number): number {
  let length = PIECE_SHORTEST;
  while (length < PIECE_LONGEST_CHOSEN && bytes / length > PIECES_AIMED) length *= 2;
  return length;
}

const isTracker = (address: string): boolean => /^(https?|udp):\/\/[^/\s]/.test(address);
const isWebSeed = (address: string): boolean => /^https?:\/\/[^/\s]/.test(address);
const isNode = (address: string): boolean => /^\S+:\d{1,5}$/.test(address);

/** What is said of the lists before anything is looked at. */
function checkLists(request: CreateRequest): void {
  const tracker = (request.trackers ?? []).flat().find((address) => !isTracker(address));
  if (tracker !== undefined) throw new CallError('bad_tracker', { address: tracker });
  const seed = (request.web_seeds ?? []).find((address) => !isWebSeed(address));
  if (seed !== undefined) throw new CallError('bad_web_seed', { address: seed });
  const node = (request.nodes ?? []).find((address) => !isNode(address));
  if (node !== undefined) throw new CallError('bad_node', { node });
  const pattern = (request.ignore ?? []).find((each) => each.includes('['));
  if (pattern !== undefined) throw new CallError('bad_pattern', { pattern });
}

function look(request: CreateRequest): CreateLook {
  checkLists(request);
  const path = request.path.replace(/^~/, '/home/ada');
  if (!path.startsWith('/') || path.includes('missing')) throw new CallError('path_missing', { path });
  if (path.includes('empty')) throw new CallError('create_no_content', { path });
  const base = path.split('/').at(-1) ?? path;
  const name = request.name ?? base;
  if (/[:*?"<>|/]/.test(name)) throw new CallError('names_not_portable', { path });
  const isFolder = !/\.\w{2,4}$/.test(base);
  const leftOut: LeftOut[] = [];
  if (isFolder && request.leave_out_hidden === true) {
    leftOut.push({ path: '.DS_Store', why: 'hidden' }, { path: '.git', why: 'hidden' });
  }
  for (const pattern of request.ignore ?? []) leftOut.push({ path: `notes${pattern}`, why: 'pattern' });
  if (isFolder) leftOut.push({ path: 'latest', why: 'link' });
  const bytes = path.includes('Research') ? 41.6e9 : isFolder ? 1.4e9 : 3.9e8;
  const pieceLength = request.piece_length ?? pieceLengthFor(bytes);
  return {
    path,
    name,
    is_folder: isFolder,
    bytes,
    file_count: path.includes('Research') ? 1_284 : isFolder ? 12 : 1,
    piece_length: pieceLength,
    piece_count: Math.ceil(bytes / pieceLength),
    left_out: leftOut,
    left_out_count: leftOut.length,
  };
}

/** Bytes read by now. */
function doneBytes(job: Job): number {
  return Math.min(job.look.bytes, Math.floor((Date.now() - job.begun) * BYTES_PER_MS));
}

const isLocked = (job: Job): boolean => job.look.path.includes('locked');

function stateOf(job: Job): CreateState {
  if (job.cancelled) return 'cancelled';
  if (doneBytes(job) < job.look.bytes) return 'running';
  return isLocked(job) ? 'failed' : 'done';
}

function statusOf(job: Job): CreateStatus {
  const state = stateOf(job);
  const progress = { state, done_bytes: doneBytes(job), total_bytes: job.look.bytes };
  const name = `${job.look.path}/transect-07/2025-06-11_ek80.raw`;
  const locked = { code: 'file_unreadable', params: { name, detail: 'EACCES' } };
  if (state !== 'done') return { ...progress, error: state === 'failed' ? locked : null, result: null };
  const { look: made, hash } = job;
  const magnet = `magnet:?xt=urn:btih:${hash}&dn=${encodeURIComponent(made.name)}`;
  const trackers = (job.request.trackers ?? []).flat().map((address) => `&tr=${encodeURIComponent(address)}`);
  const result = {
    hash,
    hash_v2: job.request.hybrid === true ? hash.padEnd(64, '5') : null,
    magnet: magnet + trackers.join(''),
    name: made.name,
    piece_length: made.piece_length,
    piece_count: made.piece_count,
    bytes: made.bytes,
    file_count: made.file_count,
    left_out_count: made.left_out_count,
  };
  return { ...progress, error: null, result };
}

/** A row for what was made, whole and shared. */
function rowOf({ look: made, hash, request }: Job, now: number): TorrentRow {
  const size = { wanted_bytes: made.bytes, have_bytes: made.bytes, file_count: made.file_count };
  return {
    ...makeRow(0, now),
    ...{ hash, name: made.name, labels: [], private: request.private ?? false },
    ...size,
    ...{ status: 'seeding', intent: 'run', sentence: say('seeding_idle') },
    ...{ down_bps: 0, up_bps: 0, peers_connected: 0, peers_sending: 0, eta_s: null, check: null },
    ...{ added_at: now, active_at: now, lies_in: null, moving: null },
    save_path: made.path.slice(0, made.path.lastIndexOf('/')),
  };
}

export function createHandlers(core: CreateCore): CreateHandlers {
  const jobs = new Map<string, Job>();
  const find = (id: string): Job => {
    const job = jobs.get(id);
    if (job === undefined) throw new CallError('job_gone');
    return job;
  };
  return {
    create_look: look,
    create_start: (request) => {
      const running = [...jobs.values()].filter((job) => stateOf(job) === 'running');
      if (running.length >= JOBS_MAX) throw new CallError('too_many_jobs', { max: String(JOBS_MAX) });
      const id = String(jobs.size + 1);
      const hash = `5f2b8c1d9e7a${id}`.padEnd(34, '3') + 'e7f809';
      const job = { begun: Date.now(), request, look: look(request), hash, cancelled: false, added: false };
      jobs.set(id, job);
      return { job: id };
    },
    create_status: ({ job: id }) => {
      const job = find(id);
      const status = statusOf(job);
      if (status.state === 'done' && job.request.seed === true && !job.added) {
        job.added = true;
        core.put(rowOf(job, Date.now()));
        core.changed();
      }
      return status;
    },
    create_cancel: ({ job }) => {
      find(job).cancelled = true;
      return {};
    },
    create_save: ({ job }) => {
      if (stateOf(find(job)) !== 'done') throw new CallError('job_not_done');
      return { file_name: `${find(job).look.name}.torrent`, base64: MADE_TORRENT };
    },
  };
}
