/** A browser that talks to `shoal-headless` over HTTP and one WebSocket. */
import { CallError, isApiError, type Backend } from './backend';
import { copyText, pickTorrentsInBrowser, saveInBrowser } from './browser-files';
import type { Commands } from './generated/Commands';
import type { Event } from './generated/Event';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;

/** What a person has just arranged arrives also when the page goes at the same moment. */
const OUTLIVES_THE_PAGE: ReadonlySet<string> = new Set<keyof Commands>(['set_pref', 'set_settings']);
/** Browsers refuse more than 64 KiB on its way that is to outlive a page. */
const OUTLIVING_MAX = 48 * 1024;
let outliving = 0;

async function post(
  path: string,
  body: string,
  headers: Record<string, string>,
  outlives = false,
): Promise<Response> {
  const size = new TextEncoder().encode(body).length;
  const keepalive = outlives && outliving + size <= OUTLIVING_MAX;
  if (keepalive) outliving += size;
  try {
    return await fetch(path, { method: 'POST', credentials: 'same-origin', headers, body, keepalive });
  } catch {
    throw new CallError('connection_lost');
  } finally {
    if (keepalive) outliving -= size;
  }
}

async function call<K extends keyof Commands>(
  name: K,
  request: Commands[K]['request'],
): Promise<Commands[K]['answer']> {
  const json = { 'Content-Type': 'application/json' };
  const outlives = OUTLIVES_THE_PAGE.has(name);
  const response = await post(`/api/v1/${name}`, JSON.stringify(request), json, outlives);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as Commands[K]['answer'];
  if (isApiError(answer)) throw new CallError(answer.code, answer.params);
  if (response.status === 401) throw new CallError('unauthorised');
  throw new CallError('internal', { detail: `HTTP ${response.status}` });
}

/** Reconnects with a growing pause until it is ended; each connection starts with a snapshot. */
function subscribe(onEvent: (event: Event) => void, onConnection: (up: boolean) => void): () => void {
  let ended = false;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = RETRY_MIN_MS;

  const connect = (): void => {
    const url = new URL('/api/v1/events', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    url.search = '';
    const opened = new WebSocket(url);
    socket = opened;
    opened.onopen = () => {
      pauseMs = RETRY_MIN_MS;
      onConnection(true);
    };
    opened.onmessage = (message: MessageEvent<string>) => {
      if (!ended) onEvent(JSON.parse(message.data) as Event);
    };
    opened.onclose = () => {
      if (ended) return;
      onConnection(false);
      timer = setTimeout(connect, pauseMs);
      pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS);
    };
  };
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}

/**
 * The address that the headless server prints carries a token in its fragment, which never leaves
 * the browser. It is traded for a session cookie and taken out of the address at once.
 */
async function openSession(): Promise<void> {
  const token = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  const response = await post('/api/v1/session', '', { Authorization: `Bearer ${token}` });
  if (!response.ok) throw new CallError('unauthorised');
}

/** A browser that is not signed in would wait for the stream for ever; better to say so. */
async function checkSession(): Promise<void> {
  try {
    await call('settings', {});
  } catch (thrown) {
    if (thrown instanceof CallError && thrown.code === 'unauthorised') throw thrown;
    // Anything else may pass; the stream tries again by itself.
  }
}

export async function createHttpBackend(): Promise<Backend> {
  await openSession();
  await checkSession();
  return {
    kind: 'http',
    begun: null,
    call,
    subscribe,
    pickTorrents: pickTorrentsInBrowser,
    pickFolder: null,
    pickContent: null,
    open: null,
    reveal: null,
    revealWatched: null,
    desk: null,
    saveFile: saveInBrowser,
    copyText,
  };
}
