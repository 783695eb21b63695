/** The desktop window. The only file that knows Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { toCallError, type Backend } from './backend';
import { copyText } from './browser-files';
import type { Commands } from './generated/Commands';
import type { Event } from './generated/Event';
import type { InspectSource } from './generated/InspectSource';

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

function subscribe(onEvent: (event: Event) => void, onConnection: (up: boolean) => void): () => void {
  const channel = new Channel<Event>();
  let ended = false;
  channel.onmessage = (event) => {
    if (!ended) onEvent(event);
  };
  invoke('subscribe', { channel }).then(
    () => {
      if (!ended) onConnection(true);
    },
    () => {
      if (!ended) onConnection(false);
    },
  );
  // The shell keeps one channel per window and drops this one when the next subscription comes.
  return () => {
    ended = true;
  };
}

async function pickTorrents(): Promise<InspectSource[] | null> {
  const paths = await run<string[] | null>('pick_torrents');
  return paths?.map((path) => ({ kind: 'path', path })) ?? null;
}

export function createTauriBackend(): Backend {
  return {
    kind: 'tauri',
    call,
    subscribe,
    pickTorrents,
    pickFolder: (start) => run('pick_folder', { start }),
    pickContent: () => run('pick_content'),
    open: (hash, file, sure) => run('open', { hash, file, sure }),
    reveal: (hash, file) => run('reveal', { hash, file }),
    revealWatched: (entry) => run('reveal_watched', { entry }),
    saveFile: (name, base64, kind) => run('save_file', { name, base64, kind }),
    copyText,
  };
}
