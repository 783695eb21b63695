import { beforeEach, describe, expect, it } from 'vitest';
import { FakeBackend } from '../test/fake-backend';
import { addSources, nameOf } from './adding';
import { AppContext } from './app.svelte';
import { CallError } from './backend/backend';

let app: AppContext;

beforeEach(() => {
  const backend = new FakeBackend();
  backend.refusals.inspect = new CallError('html_page');
  app = new AppContext(backend);
});

const names = () =>
  app.toasts.all.map((toast) => (toast.kind === 'error' ? (toast.error.params['name'] ?? null) : null));

describe('a refusal', () => {
  it('names its file, one message for each', async () => {
    await addSources(app, [
      { kind: 'path', path: '/home/ada/one.torrent' },
      { kind: 'bytes', name: 'two.torrent', base64: '' },
    ]);
    expect(names()).toEqual(['one.torrent', 'two.torrent']);
  });

  it('of more than fit is one message that says how many', async () => {
    const lines = ['one'.repeat(999), 'two', 'three', 'four'];
    await addSources(
      app,
      lines.map((text) => ({ kind: 'text', text })),
    );
    const said = app.toasts.all.map((toast) => (toast.kind === 'info' ? toast.text : toast.kind));
    expect(said).toEqual([expect.stringMatching(/^4 could not be added, .?oneone.{1,60} among them: /)]);
    expect(said[0]?.length).toBeLessThan(300);
  });

  it('of the one link that was pasted needs no name', async () => {
    await addSources(app, [{ kind: 'text', text: 'some words' }]);
    expect(names()).toEqual([null]);
  });
});

it('names of sources are short where they can be', () => {
  expect(nameOf({ kind: 'text', text: 'https://example.org/t/a.torrent?x=1' })).toBe('a.torrent');
  expect(nameOf({ kind: 'text', text: 'https://example.org/' })).toBe('example.org');
  expect(nameOf({ kind: 'path', path: 'C:\\t\\b.torrent' })).toBe('b.torrent');
});
