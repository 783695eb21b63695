/** The desktop window. The only file that knows Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { toCallError, type Backend } from './backend';
import type { Commands } from './generated/Commands';
import type { Event } from './generated/Event';
import type { InspectSource } from './generated/InspectSource';

async function call<K extends keyof Commands>(
  name: K,
  request: Commands[K]['request'],
): Promise<Commands[K]['answer']> {
  try {
    return await invoke<Commands[K]['answer']>('call', { name, request });
  } catch (thrown) {
    throw toCallError(thrown);
  }
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
  try {
    const paths = await invoke<string[] | null>('pick_torrents');
    return paths?.map((path) => ({ kind: 'path', path })) ?? null;
  } catch (thrown) {
    throw toCallError(thrown);
  }
}

async function pickFolder(start: string): Promise<string | null> {
  try {
    return await invoke<string | null>('pick_folder', { start });
  } catch (thrown) {
    throw toCallError(thrown);
  }
}

export function createTauriBackend(): Backend {
  return { kind: 'tauri', call, subscribe, pickTorrents, pickFolder };
}
