import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { roving } from './roving';

let group: HTMLElement;
let stop: ReturnType<ReturnType<typeof roving>>;

const focused = (): string => document.activeElement?.id ?? '';
const press = (key: string): boolean =>
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })) ?? false;
const stops = (): string[] =>
  [...group.querySelectorAll<HTMLElement>('button')]
    .filter(({ tabIndex }) => tabIndex === 0)
    .map(({ id }) => id);

beforeEach(() => {
  HTMLElement.prototype.checkVisibility = () => true;
  group = document.createElement('div');
  for (const id of ['one', 'two', 'three']) {
    const button = document.createElement('button');
    button.id = id;
    group.append(button);
  }
  document.body.append(group);
});
afterEach(() => {
  vi.useRealTimers();
  stop?.();
  group.remove();
  vi.restoreAllMocks();
});

describe('a row of controls', () => {
  it('is one Tab stop, with arrows inside', () => {
    vi.useFakeTimers();
    stop = roving('horizontal')(group);
    vi.runAllTimers();
    expect(stops()).toEqual(['one']);
    group.querySelector<HTMLElement>('#one')?.focus();
    press('ArrowRight');
    expect(focused()).toBe('two');
    expect(stops()).toEqual(['two']);
    press('End');
    expect(focused()).toBe('three');
    press('ArrowRight');
    expect(focused()).toBe('one');
    press('ArrowDown');
    expect(focused()).toBe('one');
  });

  it('goes the other way where lines begin on the right', () => {
    group.style.direction = 'rtl';
    stop = roving('horizontal')(group);
    group.querySelector<HTMLElement>('#one')?.focus();
    press('ArrowLeft');
    expect(focused()).toBe('two');
    press('ArrowRight');
    expect(focused()).toBe('one');
  });
});
