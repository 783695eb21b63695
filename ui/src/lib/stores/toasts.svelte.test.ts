import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '$lib/backend/backend';
import { TOAST_MS, ToastStore } from './toasts.svelte';

let toasts: ToastStore;
beforeEach(() => {
  vi.useFakeTimers();
  toasts = new ToastStore();
});
afterEach(() => {
  vi.useRealTimers();
});

const step = (id: number) => ({ id, kind: 'removed', count: 1, at: 0 });

describe('toasts', () => {
  it('go after ten seconds, and not before', () => {
    toasts.info('Copied');
    vi.advanceTimersByTime(TOAST_MS - 1);
    expect(toasts.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(toasts.all).toEqual([]);
  });

  it('stay as long as somebody points at them, and ten seconds more', () => {
    toasts.info('Copied');
    const id = toasts.all[0]!.id;
    toasts.hold(id);
    vi.advanceTimersByTime(TOAST_MS * 5);
    expect(toasts.all).toHaveLength(1);
    toasts.release(id);
    vi.advanceTimersByTime(TOAST_MS);
    expect(toasts.all).toEqual([]);
  });

  it('are one for the same thing again', () => {
    toasts.error(new CallError('shutting_down'));
    toasts.error(new CallError('shutting_down'));
    toasts.info('Copied');
    toasts.info('Copied');
    expect(toasts.all.map(({ kind }) => kind)).toEqual(['error', 'info']);
  });

  it('offer one step to take back: the newest, as long as it can be', () => {
    toasts.undo(step(1));
    toasts.undo(step(2));
    expect(toasts.all).toMatchObject([{ step: { id: 2 } }]);
    toasts.keepUndo(step(2));
    expect(toasts.all).toHaveLength(1);
    toasts.keepUndo(step(1));
    expect(toasts.all).toEqual([]);
  });

  it('of what goes on stay until it is over', () => {
    const done = toasts.busy('Copying');
    toasts.release(toasts.all[0]!.id);
    vi.advanceTimersByTime(TOAST_MS * 5);
    expect(toasts.all).toMatchObject([{ kind: 'busy', text: 'Copying' }]);
    done();
    expect(toasts.all).toEqual([]);
  });

  it('are never more than three', () => {
    for (const text of ['one', 'two', 'three', 'four']) toasts.info(text);
    expect(toasts.all).toMatchObject([{ text: 'two' }, { text: 'three' }, { text: 'four' }]);
  });
});
