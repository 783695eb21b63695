import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { poll } from './poll';

let hidden = false;

function show(visible: boolean): void {
  hidden = !visible;
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => vi.useRealTimers());

describe('poll', () => {
  it('asks at once and then once a second', async () => {
    const answers: number[] = [];
    let n = 0;
    const stop = poll(
      () => Promise.resolve(++n),
      () => 1_000,
      (answer) => answers.push(answer),
    );
    await vi.advanceTimersByTimeAsync(2_500);
    stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(answers).toEqual([1, 2, 3]);
  });

  it('never has two questions open', async () => {
    let open = 0;
    let most = 0;
    const slow = async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      open--;
    };
    const stop = poll(
      slow,
      () => 1_000,
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(500);
    show(true);
    await vi.advanceTimersByTimeAsync(10_000);
    stop();
    expect(most).toBe(1);
  });

  it('rests while the document is hidden and goes on at once afterwards', async () => {
    const ask = vi.fn(() => Promise.resolve());
    const stop = poll(
      ask,
      () => 1_000,
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(100);
    show(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
    show(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(ask).toHaveBeenCalledTimes(2);
    stop();
  });

  it('tries again at the next turn after a failure, and ignores an answer that comes too late', async () => {
    const take = vi.fn();
    const ask = vi.fn(() => Promise.reject(new Error('gone')));
    const stop = poll(ask, () => 1_000, take);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(ask).toHaveBeenCalledTimes(2);
    stop();
    const late = poll(
      () => new Promise((resolve) => setTimeout(resolve, 50)),
      () => 1_000,
      take,
    );
    late();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(take).not.toHaveBeenCalled();
  });
});
