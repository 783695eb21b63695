import { describe, expect, it } from 'vitest';
import { tabOf, TABS, tabsFor } from './tabs';

describe('the tabs of the details', () => {
  it('are all there for one torrent, and only those that make sense for several or none', () => {
    expect(tabsFor(1)).toEqual(TABS);
    expect(tabsFor(3)).toEqual(['overview', 'speed']);
    expect(tabsFor(0)).toEqual(['speed']);
  });
  it('show what was remembered, if it is one of them', () => {
    expect(tabOf('log', tabsFor(1))).toBe('log');
    expect(tabOf('log', tabsFor(2))).toBe('overview');
    expect(tabOf('speed', tabsFor(2))).toBe('speed');
    expect([tabOf({ no: 'tab' }, tabsFor(1)), tabOf(undefined, tabsFor(0))]).toEqual(['overview', 'speed']);
  });
});
