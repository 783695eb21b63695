/** The desktop window. The only file that knows Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { toCallError, type Backend } from './backend';
import { copyText } from './browser-files';
import type { Commands } from './generated/Commands';
import type { Event } from './generated/Event';
import type { InspectSource } from './generated/InspectSource';
import type { Snapshot } from './generated/Snapshot';
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

/** An event as the shell sends it: the rows of a snapshot come without their names. */
type Line =
  Exclude<Event, { type: 'snapshot' }> | { type: 'packed'; rows: readonly PackedRow[]; snapshot: Snapshot };

function eventOf(line: Line): Event {
  if (line.type !== 'packed') return line;
  return { ...line.snapshot, type: 'snapshot', torrents: line.rows.map(unpackRow) };
}

/** One stream of events. What comes before anybody listens is kept. */
class Stream {
  readonly begun: Promise<void>;
  readonly #up: Promise<boolean>;
  #kept: Line[] = [];
  #listener: ((event: Event) => void) | null = null;

  constructor() {
    const channel = new Channel<Line>();
    this.begun = new Promise((resolve) => {
      channel.onmessage = (line) => {
        if (this.#listener === null) this.#kept.push(line);
        else this.#listener(eventOf(line));
        resolve();
      };
    });
    this.#up = invoke('subscribe', { channel }).then(
      () => true,
      () => false,
    );
  }

  listen(onEvent: (event: Event) => void, onConnection: (up: boolean) => void): () => void {
    let ended = false;
    const kept = this.#kept;
    this.#kept = [];
    for (const line of kept) onEvent(eventOf(line));
    this.#listener = (event) => {
      if (!ended) onEvent(event);
    };
    void this.#up.then((up) => {
      if (!ended) onConnection(up);
    });
    // The shell keeps one channel per window and drops this one when the next subscription comes.
    return () => {
      ended = true;
    };
  }
}

async function pickTorrents(): Promise<InspectSource[] | null> {
  const paths = await run<string[] | null>('pick_torrents');
  return paths?.map((path) => ({ kind: 'path', path })) ?? null;
}

export function createTauriBackend(): Backend {
  // Asked for at once: the list is on its way while the rest of the interface is still being read.
  let ahead: Stream | null = new Stream();
  return {
    kind: 'tauri',
    call,
    begun: ahead.begun,
    subscribe: (onEvent, onConnection) => {
      const stream = ahead ?? new Stream();
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
