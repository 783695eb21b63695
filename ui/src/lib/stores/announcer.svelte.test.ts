import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer, PAUSE_MS } from './announcer.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('announcements', () => {
  it('are said at once, and gone when they have been', () => {
    const announcer = new Announcer();
    announcer.say('Copied');
    expect(announcer.polite).toBe('Copied');
    vi.advanceTimersByTime(PAUSE_MS);
    expect(announcer.polite).toBe('');
  });

  it('can be the same again', () => {
    const announcer = new Announcer();
    announcer.say('Copied');
    vi.advanceTimersByTime(PAUSE_MS);
    announcer.say('Copied');
    expect(announcer.polite).toBe('Copied');
  });

  it('that come close together are said as one, without the oldest of many', () => {
    const announcer = new Announcer();
    for (const text of ['one', 'two', 'three', 'three', 'four', 'five']) announcer.say(text);
    expect(announcer.polite).toBe('one');
    vi.advanceTimersByTime(PAUSE_MS);
    expect(announcer.polite).toBe('three four five');
  });

  it('that cannot wait have a region of their own', () => {
    const announcer = new Announcer();
    announcer.say('Copied');
    announcer.interrupt('The disk is full');
    expect([announcer.polite, announcer.assertive]).toEqual(['Copied', 'The disk is full']);
  });

  it('of an effect are not said again and again', () => {
    const announcer = new Announcer();
    const stop = $effect.root(() => {
      $effect(() => announcer.interrupt('The disk is full'));
    });
    flushSync();
    expect(announcer.assertive).toBe('The disk is full');
    vi.advanceTimersByTime(PAUSE_MS);
    flushSync();
    expect(announcer.assertive).toBe('');
    stop();
  });

  it('that are empty are none', () => {
    const announcer = new Announcer();
    announcer.say('  ');
    announcer.say('Copied');
    expect(announcer.polite).toBe('Copied');
  });
});
