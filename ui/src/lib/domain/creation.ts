/** What somebody wants a torrent to be, as it is typed, and what is asked of the core for it. */
import type { CreateRequest } from '$lib/backend/generated/CreateRequest';

export interface CreateDraft {
  readonly path: string;
  /** Empty for the name of the file or folder. */
  readonly name: string;
  /** Bytes; null to choose by size. */
  readonly pieceLength: number | null;
  readonly hybrid: boolean;
  readonly private: boolean;
  /** One a line; an empty line begins a tier. */
  readonly trackers: string;
  /** These are one a line, too. */
  readonly webSeeds: string;
  readonly nodes: string;
  readonly ignore: string;
  readonly leaveOutHidden: boolean;
  readonly source: string;
  readonly comment: string;
  readonly sayDate: boolean;
  readonly sayCreator: boolean;
  readonly seed: boolean;
}

export const EMPTY_DRAFT: CreateDraft = {
  path: '',
  name: '',
  pieceLength: null,
  hybrid: false,
  private: false,
  trackers: '',
  webSeeds: '',
  nodes: '',
  ignore: '',
  leaveOutHidden: true,
  source: '',
  comment: '',
  sayDate: true,
  sayCreator: true,
  seed: true,
};

/** From 16 KiB to 64 MiB. */
export const PIECE_LENGTHS: readonly number[] = Array.from({ length: 13 }, (_, at) => 2 ** (14 + at));

/** Fewer pieces than this spread slowly, when there is enough to spread. */
const FEW_PIECES = 20;
const FEW_MATTERS_FROM_BYTES = 100e6;
/** More than this make old clients slow. */
const MANY_PIECES = 20_000;

/** What is typed one a line. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function tiersOf(text: string): string[][] {
  return text
    .split(/\r?\n[^\S\n]*(?:\r?\n)+/)
    .map(linesOf)
    .filter((tier) => tier.length > 0);
}

export function requestOf(draft: CreateDraft): CreateRequest {
  const [name, source, comment] = [draft.name.trim(), draft.source.trim(), draft.comment.trim()];
  return {
    path: draft.path.trim(),
    ...(name === '' ? {} : { name }),
    ...(draft.pieceLength === null ? {} : { piece_length: draft.pieceLength }),
    ...(source === '' ? {} : { source }),
    ...(comment === '' ? {} : { comment }),
    hybrid: draft.hybrid,
    private: draft.private,
    trackers: tiersOf(draft.trackers),
    web_seeds: linesOf(draft.webSeeds),
    nodes: linesOf(draft.nodes),
    ignore: linesOf(draft.ignore),
    leave_out_hidden: draft.leaveOutHidden,
    no_date: !draft.sayDate,
    no_creator: !draft.sayCreator,
    seed: draft.seed,
  };
}

/** For the next torrent: what is about the files goes, what is about where they are shared stays. */
export function nextDraft(draft: CreateDraft): CreateDraft {
  return { ...draft, path: '', name: '', pieceLength: null, webSeeds: '', comment: '' };
}

export type Field = 'path' | 'name' | 'pieces' | 'trackers' | 'webSeeds' | 'nodes' | 'ignore';

const FIELD_OF: Readonly<Record<string, Field>> = {
  bad_tracker: 'trackers',
  bad_web_seed: 'webSeeds',
  bad_node: 'nodes',
  bad_pattern: 'ignore',
  create_piece_length: 'pieces',
  too_many_pieces: 'pieces',
};

/** The field that a refusal is about: that of the path unless the code says something else. */
export function fieldOf(code: string, draft: CreateDraft): Field {
  if (code === 'names_not_portable' && draft.name.trim() !== '') return 'name';
  return FIELD_OF[code] ?? 'path';
}

export function adviceOn(pieces: number, bytes: number): 'few' | 'many' | null {
  if (pieces < FEW_PIECES && bytes >= FEW_MATTERS_FROM_BYTES) return 'few';
  return pieces > MANY_PIECES ? 'many' : null;
}

/** A length of pieces as its power of two: `{ n: 16, unit: 'mib' }`. */
export function pieceSize(bytes: number): { readonly n: number; readonly unit: 'kib' | 'mib' } {
  return bytes < 1 << 20 ? { n: bytes / 1024, unit: 'kib' } : { n: bytes / (1 << 20), unit: 'mib' };
}
