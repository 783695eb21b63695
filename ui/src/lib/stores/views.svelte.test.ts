import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '$lib/domain/view';
import { PrefsStore } from './prefs.svelte';
import { ViewsStore, VIEWS_MAX, type Shown } from './views.svelte';

const shown: Shown = { filter: EVERYTHING, search: 'size>1GB', sort: { by: 'size', desc: true } };
const films: Shown = { ...shown, filter: { kind: 'label', name: 'Films' } };

function stage(saved?: unknown): { views: ViewsStore; prefs: PrefsStore } {
  const prefs = new PrefsStore(() => Promise.resolve());
  if (saved !== undefined) prefs.replace({ views: JSON.stringify(saved) });
  return { prefs, views: new ViewsStore(prefs) };
}
const names = ({ all }: ViewsStore): string[] => all.map(({ name }) => name);

describe('saved views', () => {
  it('are kept under their names, and found again by what they show', () => {
    const { views } = stage();
    expect(views.save('Big ones', shown)).toBe('saved');
    expect(views.save('Films', films)).toBe('saved');
    expect(names(views)).toEqual(['Big ones', 'Films']);
    expect(views.like({ ...films, search: ' size>1GB ' })?.name).toBe('Films');
    expect(views.like({ ...films, sort: { by: 'size', desc: false } })).toBeNull();
  });
  it('replace the one of the same name', () => {
    const { views } = stage();
    views.save('One', shown);
    expect(views.save('One', films)).toBe('replaced');
    expect(views.all).toEqual([{ name: 'One', ...films }]);
  });
  it('come back where they were', () => {
    const { views } = stage();
    for (const name of ['a', 'b', 'c']) views.save(name, shown);
    const back = views.remove('b');
    expect(names(views)).toEqual(['a', 'c']);
    back();
    back();
    expect(names(views)).toEqual(['a', 'b', 'c']);
  });
  it('are renamed, but not to a name that is taken', () => {
    const { views } = stage();
    views.save('a', shown);
    views.save('b', films);
    expect(views.rename('a', 'b')).toBe(false);
    expect(views.rename('a', 'She said "hi" فيلم')).toBe(true);
    expect(names(views)).toEqual(['She said "hi" فيلم', 'b']);
  });
  it('follow a label that is renamed', () => {
    const { views } = stage();
    views.save('a', films);
    views.renameLabel('Films', 'Old films');
    expect(views.all[0]?.filter).toEqual({ kind: 'label', name: 'Old films' });
  });
  it('are bounded', () => {
    const { views } = stage();
    for (let n = 0; n < VIEWS_MAX; n++) views.save(`view ${n}`, shown);
    expect(views.save('one more', shown)).toBe('full');
    expect(views.save('view 1', { ...shown, search: 'x'.repeat(501) })).toBe('too_big');
  });
  it('survive their own saving', () => {
    const first = stage();
    first.views.save('a', films);
    const again = stage(first.prefs.get('views'));
    expect(again.views.all).toEqual(first.views.all);
  });
  it.each([
    'text',
    [1, null],
    [{ name: '', ...shown }],
    [{ name: 'a', ...shown, filter: { kind: 'status', status: 'gone' } }],
    [{ name: 'a', ...shown, filter: { kind: 'label' } }],
    [{ name: 'a', ...shown, sort: { by: 'gone' } }],
  ])('that make no sense are left out: %j', (saved) => expect(stage(saved).views.all).toEqual([]));
});
