import { beforeEach, expect, it } from 'vitest';
import { EVERYTHING } from '$lib/domain/view';
import { LabelRenames } from './label-renames';
import { PrefsStore } from './prefs.svelte';
import { UiStore } from './ui.svelte';
import { ViewsStore } from './views.svelte';

const labels = (...names: string[]) => names.map((name) => ({ name }));

let ui: UiStore;
let views: ViewsStore;
let renames: LabelRenames;

beforeEach(() => {
  ui = new UiStore();
  views = new ViewsStore(new PrefsStore(() => Promise.resolve()));
  renames = new LabelRenames(views, ui);
  const shown = { search: '', sort: { by: 'size', desc: true } } as const;
  views.save('Mine', { ...shown, filter: { kind: 'label', name: 'Films/Old' } });
  views.save('All', { ...shown, filter: EVERYTHING });
  ui.filter = { kind: 'label', name: 'Films' };
});

const named = (): unknown[] => {
  const { filter } = views.all[0] ?? {};
  return [ui.filter, filter].map((each) => (each?.kind === 'label' ? each.name : null));
};

/** As the dialog does it, with the labels that follow. */
function rename(from: string, to: string): void {
  renames.renamed(from, to, labels(from));
  renames.see(labels(to));
}

it('views and filter have the old name again when the step is taken back, and the new one when it is done again', () => {
  rename('Films', 'Cinema');
  expect(named()).toEqual(['Cinema', 'Cinema/Old']);
  renames.see(labels('Films'));
  expect(named()).toEqual(['Films', 'Films/Old']);
  renames.see(labels('Cinema'));
  expect(named()).toEqual(['Cinema', 'Cinema/Old']);
});

it('they keep the new name while the labels are still those from before', () => {
  renames.renamed('Films', 'Cinema', labels('Films'));
  renames.see(labels('Films', 'Music'));
  expect(named()).toEqual(['Cinema', 'Cinema/Old']);
  renames.see(labels('Cinema', 'Music'));
  renames.see(labels('Films', 'Music'));
  expect(named()).toEqual(['Films', 'Films/Old']);
});

it('they follow several steps, also when those come at once', () => {
  rename('Films', 'Cinema');
  rename('Cinema', 'Movies');
  renames.see(labels('Films'));
  expect(named()).toEqual(['Films', 'Films/Old']);
  renames.see(labels('Cinema'));
  renames.see(labels('Movies'));
  expect(named()).toEqual(['Movies', 'Movies/Old']);
  rename('Movies', 'Films');
  renames.see(labels('Movies'));
  expect(named()).toEqual(['Movies', 'Movies/Old']);
});

it('they do not follow a label that only has the old name', () => {
  rename('Films', 'Cinema');
  renames.see(labels('Cinema', 'Films'));
  renames.see(labels('Films'));
  expect(named()).toEqual(['Cinema', 'Cinema/Old']);
  renames.see(labels());
  expect(named()).toEqual(['Cinema', 'Cinema/Old']);
});
