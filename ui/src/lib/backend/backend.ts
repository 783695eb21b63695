/**
 * What the window needs from whoever runs the core. Everything else in the interface talks to
 * this interface only, so that it works the same in the desktop window, in a browser and in tests.
 */
import type { Commands } from './generated/Commands';
import type { DeskAnswer } from './generated/DeskAnswer';
import type { DeskRequest } from './generated/DeskRequest';
import type { Event } from './generated/Event';
import type { InspectSource } from './generated/InspectSource';
import type { Snapshot } from './generated/Snapshot';
import type { TorrentRow } from './generated/TorrentRow';

/** What a first picture can be drawn of, before the snapshot: all of it but most of the rows. */
export interface Glance {
  readonly type: 'glance';
  /** Its rows are the first of the list, in the list's order. */
  readonly snapshot: Snapshot;
  /** How many torrents there are of each kind that is counted apart, with one of them. */
  readonly kinds: readonly (readonly [number, TorrentRow])[];
}

export interface Backend {
  readonly kind: 'tauri' | 'http' | 'mock';
  /** Runs a command. Rejects with a {@link CallError}. */
  call<K extends keyof Commands>(name: K, request: Commands[K]['request']): Promise<Commands[K]['answer']>;
  /**
   * Settles when the first event is there, or soon after it could have been, where it was asked for before
   * anybody subscribed; null elsewhere.
   */
  readonly begun: Promise<void> | null;
  /** First event is a snapshot, then deltas; a glance may come before. Returns what ends the subscription. */
  subscribe(onEvent: (event: Event | Glance) => void, onConnection: (up: boolean) => void): () => void;
  /** Asks for .torrent files; null when the user cancelled. */
  pickTorrents(): Promise<InspectSource[] | null>;
  /** Asks for a folder; null where only the folder browser built on `list_folders` can do it. */
  readonly pickFolder: ((start: string) => Promise<string | null>) | null;
  /** Asks for one file of any kind; null where the files of Shoal's machine cannot be shown. */
  readonly pickContent: (() => Promise<string | null>) | null;
  /**
   * Opens a torrent's content, or its file number `file`, with the system's program. Without `sure`
   * refused with `open_risky` {name, risk} or `not_whole` {name}; also `file_missing` {path}. Null where
   * Shoal runs on another machine, or nobody sits before it.
   */
  readonly open: ((hash: string, file: number | null, sure: boolean) => Promise<void>) | null;
  /** Shows a torrent's content, or one of its files, in the file manager; null as for {@link open}. */
  readonly reveal: ((hash: string, file: number | null) => Promise<void>) | null;
  /**
   * Shows the file of an entry in the history of watch folders, where it lies now; refused with
   * `file_missing` {path}. Null as for {@link open}.
   */
  readonly revealWatched: ((entry: number) => Promise<void>) | null;
  /** Asks the desktop around the window, or answers it. Null in a browser. */
  readonly desk: ((request: DeskRequest) => Promise<DeskAnswer>) | null;
  /**
   * Saves a file where the person says, at most 20 MiB; tells where, or null when they thought better of
   * it. A browser saves it to its own downloads, and tells the name.
   */
  saveFile(name: string, base64: string, kind: SaveKind): Promise<string | null>;
  /** Puts text on the clipboard; refused with `clipboard_refused`. */
  copyText(text: string): Promise<void>;
}

/** What can be saved: the extension of such a file. */
export type SaveKind = 'torrent' | 'json' | 'csv' | 'txt' | 'png' | 'svg';

export type CommandName = keyof Commands;

/** A refused command: a code with parameters. The words are in `i18n/messages/en/errors.ts`. */
export class CallError extends Error {
  readonly code: string;
  readonly params: Record<string, string>;

  constructor(code: string, params: Record<string, string> = {}) {
    super(code);
    this.name = 'CallError';
    this.code = code;
    this.params = params;
  }
}

/** Makes a {@link CallError} of whatever a transport threw. */
export function toCallError(thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  if (isApiError(thrown)) return new CallError(thrown.code, thrown.params);
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new CallError('internal', { detail });
}

export function isApiError(value: unknown): value is { code: string; params: Record<string, string> } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'params' in value &&
    typeof value.params === 'object' &&
    value.params !== null
  );
}
