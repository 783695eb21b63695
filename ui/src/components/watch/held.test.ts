import { describe, expect, it } from 'vitest';
import { firstRules } from '$lib/domain/watch';
import { divide, hold, patternProblem, readPatterns, takesOthers } from './held';

const RULES = firstRules('/home/ada/Downloads');

describe('changes of rules', () => {
  it('apply at once when they only say what becomes of torrents', () => {
    for (const change of [
      { save_to: '/data' },
      { labels: ['Linux'] },
      { start: false },
      { top: true },
      { after: { kind: 'trash' } as const },
      { how: 'poll' as const },
    ]) {
      expect(divide(RULES, change)).toEqual({ now: change, held: {} });
    }
  });

  it('wait when they take other files', () => {
    expect(divide(RULES, { subfolders: 'on', start: false })).toEqual({
      now: { start: false },
      held: { subfolders: 'on' },
    });
    expect(divide(RULES, { include: ['*.torrent'] }).held).toEqual({ include: ['*.torrent'] });
    expect(divide(RULES, { path: '/data' }).held).toEqual({ path: '/data' });
  });

  it('wait when files would be deleted for good', () => {
    expect(divide(RULES, { after: { kind: 'delete' } }).held).toEqual({ after: { kind: 'delete' } });
  });

  it('do not wait when they take fewer files, or the same', () => {
    const inside = { ...RULES, subfolders: 'on' as const };
    expect(divide(inside, { subfolders: 'off' }).held).toEqual({});
    expect(divide(inside, { subfolders: 'labels' }).held).toEqual({});
    expect(divide(RULES, { include: [] }).held).toEqual({});
  });

  it('wait no longer when they are changed back', () => {
    const waiting = hold(RULES, {}, { subfolders: 'on' });
    expect(hold(RULES, waiting, { after: { kind: 'delete' } })).toEqual({
      subfolders: 'on',
      after: { kind: 'delete' },
    });
    expect(hold(RULES, waiting, { subfolders: 'off' })).toEqual({});
  });

  it('show what they would do only where that is another set of files', () => {
    expect(takesOthers({ after: { kind: 'delete' } })).toBe(false);
    expect(takesOthers({ include: [] })).toBe(true);
  });
});

describe('patterns', () => {
  it('are one a line', () => {
    expect(readPatterns(' *.torrent \n\n *linux* ')).toEqual(['*.torrent', '*linux*']);
  });
  it('are neither too many nor too long', () => {
    expect(patternProblem(['*'])).toBeNull();
    expect(patternProblem(Array.from({ length: 33 }, () => '*'))).toEqual({ key: 'many', max: 32 });
    expect(patternProblem(['a'.repeat(201)])).toEqual({ key: 'long', max: 200 });
  });
});
