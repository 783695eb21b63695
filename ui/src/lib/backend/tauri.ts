/** The desktop window. The only file that knows Tauri. */
import { invoke } from '@tauri-apps/api/core';
import { afterPicture } from '../picture';
import { toCallError, type Backend, type Glance } from './backend';
import { copyText } from './browser-files';
import type { Commands } from './generated/Commands';
import type { Event } from './generated/Event';
import type { InspectSource } from './generated/InspectSource';
import type { Snapshot } from './generated/Snapshot';
import type { TorrentRow } from './generated/TorrentRow';
import { unpackRow, type PackedRow } from './generated/unpackRow';

/** Runs a command of the shell. */
async function run<T>(command: string, args: Record<string, unknown> = {}): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw toCallError(thrown);
  }
}

async function call<K extends keyof Commands>(
  name: K,
  request: Commands[K]['request'],
): Promise<Commands[K]['answer']> {
  return run<Commands[K]['answer']>('call', { name, request });
}

/** An event as the shell sends it: the rows of a snapshot come without their names, and in pieces. */
type Line =
  | Exclude<Event, { type: 'snapshot' }>
  | { type: 'glance'; rows: readonly PackedRow[]; kinds: readonly [number, PackedRow][]; snapshot: Snapshot }
  | { type: 'rows'; rows: readonly PackedRow[] }
  | { type: 'packed'; rows: readonly PackedRow[]; snapshot: Snapshot };

/** So long the first picture waits for the list, so that it is drawn once and not first without it. */
const LIST_MS = 150;

/** Streams that were asked for; the newest is the one that runs. */
let streams = 0;

/** After this time a shell that could not be asked is asked for all anew. */
const AGAIN_MS = 1_000;

type Answer = Line | { type: 'quiet' } | null;

declare global {
  interface Window {
    /** What stream 1 begins with. The shell's own script asks for it before the page is read. */
    __SHOAL_FIRST__?: Promise<Answer>;
  }
}

/**
 * The next event of a stream, or that there was none for a while; null when it has ended. With `ahead` the stream
 * begins: true when there is nothing to be seen yet.
 */
async function next(stream: number, ahead: boolean | null): Promise<Answer> {
  return invoke<Answer>('subscribe', { stream, ahead });
}

/** The first event of a stream, which may have been asked for already. */
async function first(stream: number, ahead: boolean): Promise<Answer> {
  const early = stream === 1 && ahead ? window.__SHOAL_FIRST__ : undefined;
  delete window.__SHOAL_FIRST__;
  return early ?? next(stream, ahead);
}

/** One stream of events. What comes before anybody listens is kept. */
class Stream {
  readonly begun: Promise<void>;
  #up: Promise<boolean>;
  #kept: Line[] = [];
  /** Rows of a snapshot that is still coming. */
  #rows: TorrentRow[] = [];
  #listener: ((event: Event | Glance) => void) | null = null;
  #ended = false;

  /** `ahead`: there is nothing to be seen yet. */
  constructor(ahead: boolean) {
    let begin: () => void;
    this.begun = new Promise((resolve) => {
      begin = resolve;
    });
    this.#up = this.#ask(ahead, () => begin());
    // A list that takes longer to read is drawn when it is there.
    setTimeout(() => begin(), LIST_MS);
  }

  async #ask(ahead: boolean, begin: () => void): Promise<boolean> {
    streams += 1;
    const stream = streams;
    this.#rows = [];
    const answer = first(stream, ahead);
    void this.#follow(stream, answer, begin).catch(() => {
      setTimeout(() => {
        if (!this.#ended && stream === streams) void this.#ask(false, begin);
      }, AGAIN_MS);
    });
    return answer.then(
      () => true,
      () => false,
    );
  }

  /** Takes one event after the other, until there are no more. */
  async #follow(stream: number, answer: Promise<Answer>, begin: () => void): Promise<void> {
    let line = await answer;
    while (line !== null && !this.#ended) {
      if (line.type !== 'quiet') {
        this.#take(line);
        begin();
      }
      line = await next(stream, null);
    }
  }

  #take(line: Line): void {
    try {
      if (this.#listener === null) this.#kept.push(line);
      else this.#hear(line);
    } catch (thrown) {
      // One event that goes wrong does not end the stream.
      reportError(thrown);
    }
  }

  listen(onEvent: (event: Event | Glance) => void, onConnection: (up: boolean) => void): () => void {
    const kept = this.#kept;
    this.#kept = [];
    this.#listener = onEvent;
    for (const line of kept) this.#hear(line);
    void this.#up.then((up) => {
      if (!this.#ended) onConnection(up);
    });
    // The shell keeps one stream per window and drops this one when the next is asked for.
    return () => {
      this.#ended = true;
    };
  }

  #hear(line: Line): void {
    if (this.#ended) return;
    const event = this.#eventOf(line);
    if (event !== null) this.#listener?.(event);
  }

  #eventOf(line: Line): Event | Glance | null {
    if (line.type === 'rows') {
      for (const row of line.rows) this.#rows.push(unpackRow(row));
      return null;
    }
    if (line.type === 'packed') {
      const torrents = this.#rows.concat(line.rows.map(unpackRow));
      this.#rows = [];
      return { ...line.snapshot, type: 'snapshot', torrents };
    }
    if (line.type !== 'glance') return line;
    // All rows of a long list are read when the first of them can be seen.
    afterPicture(() => {
      if (!this.#ended) void this.#ask(false, () => undefined);
    });
    return {
      type: 'glance',
      snapshot: { ...line.snapshot, torrents: line.rows.map(unpackRow) },
      kinds: line.kinds.map(([count, row]) => [count, unpackRow(row)]),
    };
  }
}

async function pickTorrents(): Promise<InspectSource[] | null> {
  const paths = await run<string[] | null>('pick_torrents');
  return paths?.map((path) => ({ kind: 'path', path })) ?? null;
}

export function createTauriBackend(): Backend {
  // Asked for at once: the list is on its way while the rest of the interface is still being read.
  let ahead: Stream | null = new Stream(true);
  return {
    kind: 'tauri',
    call,
    begun: ahead.begun,
    subscribe: (onEvent, onConnection) => {
      const stream = ahead ?? new Stream(false);
      ahead = null;
      return stream.listen(onEvent, onConnection);
    },
    pickTorrents,
    pickFolder: (start) => run('pick_folder', { start }),
    pickContent: () => run('pick_content'),
    open: (hash, file, sure) => run('open', { hash, file, sure }),
    reveal: (hash, file) => run('reveal', { hash, file }),
    revealWatched: (entry) => run('reveal_watched', { entry }),
    desk: (request) => run('desk', { request }),
    saveFile: (name, base64, kind) => run('save_file', { name, base64, kind }),
    copyText,
  };
}
