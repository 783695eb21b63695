import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Glance } from './backend';
import type { Event } from './generated/Event';
import { createHttpBackend } from './http';

class FakeSocket {
  static made: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly url: string;
  closed = false;

  constructor(url: URL) {
    this.url = String(url);
    FakeSocket.made.push(this);
  }
  close(): void {
    this.closed = true;
    this.onclose?.();
  }
}

const asked: [url: string, init: RequestInit][] = [];
let answer: (url: string) => Response;

beforeEach(() => {
  asked.length = 0;
  FakeSocket.made = [];
  answer = () => Response.json({});
  vi.stubGlobal('WebSocket', FakeSocket);
  // Async, so that an answer that throws is a request that failed.
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push([url, init]);
    return Promise.resolve(answer(url));
  });
  history.replaceState(null, '', '/?a=1');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the session', () => {
  it('trades the token of the address for a cookie, and takes it out of the address', async () => {
    history.replaceState(null, '', '/?a=1#token=secret');
    await createHttpBackend();
    expect(asked[0]?.[0]).toBe('/api/v1/session');
    expect(asked[0]?.[1].headers).toEqual({ Authorization: 'Bearer secret' });
    expect(location.hash).toBe('');
    expect(location.search).toBe('?a=1');
  });

  it('is refused in words when the browser is not signed in', async () => {
    answer = () => Response.json({ code: 'unauthorised', params: {} }, { status: 401 });
    await expect(createHttpBackend()).rejects.toMatchObject({ code: 'unauthorised' });
  });

  it('may begin while Shoal is away', async () => {
    answer = () => {
      throw new TypeError('no network');
    };
    await expect(createHttpBackend()).resolves.toMatchObject({ kind: 'http' });
  });
});

describe('commands', () => {
  it('are posted as JSON', async () => {
    const backend = await createHttpBackend();
    await backend.call('start', { hashes: ['a'] });
    expect(asked.at(-1)).toMatchObject(['/api/v1/start', { method: 'POST', body: '{"hashes":["a"]}' }]);
  });

  it.each([
    [() => Response.json({ code: 'bad_label', params: { a: 'b' } }, { status: 400 }), 'bad_label'],
    [() => new Response('<html>', { status: 502 }), 'internal'],
    [() => new Response('', { status: 401 }), 'unauthorised'],
  ])('are refused with a code', async (response, code) => {
    const backend = await createHttpBackend();
    answer = response;
    await expect(backend.call('undo', {})).rejects.toMatchObject({ name: 'CallError', code });
  });

  it('say that the connection is lost', async () => {
    const backend = await createHttpBackend();
    answer = () => {
      throw new TypeError('no network');
    };
    await expect(backend.call('undo', {})).rejects.toMatchObject({ code: 'connection_lost' });
  });
});

describe('the stream', () => {
  it('reconnects with a growing pause until it is ended', async () => {
    const backend = await createHttpBackend();
    vi.useFakeTimers();
    const events: (Event | Glance)[] = [];
    const states: boolean[] = [];
    const end = backend.subscribe(
      (event) => events.push(event),
      (up) => states.push(up),
    );
    expect(FakeSocket.made[0]?.url).toBe('ws://localhost:3000/api/v1/events');
    FakeSocket.made[0]?.onopen?.();
    FakeSocket.made[0]?.onmessage?.({ data: '{"type":"bye"}' });
    expect(events).toEqual([{ type: 'bye' }]);
    FakeSocket.made[0]?.onclose?.();
    expect(states).toEqual([true, false]);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.made).toHaveLength(2);
    FakeSocket.made[1]?.onclose?.();
    vi.advanceTimersByTime(999);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(3);
    end();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(3);
    expect(FakeSocket.made[2]?.closed).toBe(true);
  });
});
