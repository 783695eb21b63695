import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { afterPicture, withNextPicture } from './picture';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'setTimeout', 'clearTimeout'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is done after the picture', () => {
  it('waits for the frame after the one that is drawn now, and can be called off', () => {
    const [work, other] = [vi.fn(), vi.fn()];
    afterPicture(work);
    const callOff = afterPicture(other);
    vi.advanceTimersToNextFrame();
    vi.advanceTimersToNextFrame();
    expect(work).not.toHaveBeenCalled();
    callOff();
    vi.runAllTimers();
    expect(work).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });

  it('is there with the next one, when that is where it belongs', () => {
    const [work, other] = [vi.fn(), vi.fn()];
    withNextPicture(work);
    const callOff = withNextPicture(other);
    vi.advanceTimersToNextFrame();
    expect(work).not.toHaveBeenCalled();
    callOff();
    vi.advanceTimersToNextFrame();
    expect(work).toHaveBeenCalledTimes(1);
    vi.runAllTimers();
    expect(work).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });

  it('is done soon in a window that draws nothing', () => {
    vi.stubGlobal('requestAnimationFrame', () => 0);
    const work = vi.fn();
    afterPicture(work);
    vi.advanceTimersByTime(999);
    expect(work).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(work).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });
});
