import { describe, expect, it } from 'vitest';
import { AppContext } from '$lib/app.svelte';
import { NO_DEFAULTS } from '$lib/domain/rules';
import { FakeBackend } from '../../test/fake-backend';
import { row, snapshot } from '../../test/rows';
import { LABEL_ACTIONS, dropLabel, isTooLong, labelShares } from './labels';

const LABELS = [
  { name: 'Films', colour: 1, defaults: NO_DEFAULTS },
  { name: 'new: "one", قديم', colour: 2, defaults: NO_DEFAULTS },
];

function stage(): { app: AppContext; backend: FakeBackend } {
  const backend = new FakeBackend();
  const app = new AppContext(backend);
  app.torrents.applySnapshot(
    snapshot([row('aa', { labels: ['Films'] }), row('bb')], {
      labels: LABELS.map((label) => ({ ...label })),
    }),
  );
  return { app, backend };
}
const entries = (app: AppContext): { text: string; checked: unknown }[] =>
  (LABEL_ACTIONS[0]?.entries?.(app) ?? []).map(({ text, checked }) => ({ text, checked }));

describe('labels of a selection', () => {
  it('are on, off, or on for some', () => {
    const share = labelShares([row('a', { labels: ['x', 'y'] }), row('b', { labels: ['x'] })]);
    expect([share('x'), share('y'), share('z')]).toEqual([true, 'mixed', false]);
    expect(labelShares([])('x')).toBe(false);
  });
  it('are marks in the menu, which ends with a way to make one', () => {
    const { app } = stage();
    app.torrents.selection.all();
    expect(entries(app)).toEqual([
      { text: 'Films', checked: 'mixed' },
      { text: 'new: "one", قديم', checked: false },
      { text: 'New label…', checked: undefined },
    ]);
  });
  it('are given to all of them in one call, and taken where all have it', () => {
    const { app, backend } = stage();
    app.torrents.selection.all();
    app.actions.run('label:=Films');
    app.torrents.selection.only('aa');
    app.actions.run('label:=Films');
    app.actions.run('label:=new: "one", قديم');
    expect(backend.calls.map(({ request }) => request)).toEqual([
      { hashes: ['aa', 'bb'], add: ['Films'], remove: [] },
      { hashes: ['aa'], add: [], remove: ['Films'] },
      { hashes: ['aa'], add: ['new: "one", قديم'], remove: [] },
    ]);
  });
  it('are picked in a dialog by a key that writes no letter', () => {
    const { app } = stage();
    const press = new KeyboardEvent('keydown', { key: 'L', ctrlKey: true, shiftKey: true });
    const place = { inList: false, inText: false, platform: 'linux' };
    expect(app.actions.handleKey(press, place)).toBe(false);
    app.torrents.selection.only('bb');
    expect(app.actions.handleKey(press, place)).toBe(true);
    expect(app.ui.dialog).toEqual({ kind: 'labels', hashes: ['bb'] });
  });
  it('leave room in the menu for a way to find one among many', () => {
    const { app } = stage();
    const labels = Array.from({ length: 40 }, (_, at) => ({
      name: `label ${at}`,
      colour: at % 6,
      defaults: NO_DEFAULTS,
    }));
    app.torrents.applySnapshot(snapshot([row('aa')], { labels }));
    app.torrents.selection.all();
    expect(
      entries(app)
        .map(({ text }) => text)
        .slice(-2),
    ).toEqual(['Labels…', 'New label…']);
    expect(entries(app)).toHaveLength(26);
  });
});

describe('a label', () => {
  it('that is deleted no longer filters the list', async () => {
    const { app, backend } = stage();
    app.ui.filter = { kind: 'label', name: 'Films' };
    await dropLabel(app, 'Films');
    expect(backend.calls).toEqual([{ name: 'drop_label', request: { name: 'Films' } }]);
    expect(app.ui.filter).toEqual({ kind: 'status', status: 'all' });
  });
  it('is counted in characters, whatever they are made of', () => {
    expect(isTooLong('🐟'.repeat(64))).toBe(false);
    expect(isTooLong('🐟'.repeat(65))).toBe(true);
  });
});
