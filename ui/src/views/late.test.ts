import { describe, expect, it, vi } from 'vitest';
import { Late } from './late.svelte';

describe('a part that comes later', () => {
  it('is fetched once, whoever asks', async () => {
    const fetch = vi.fn(async () => Promise.resolve('part'));
    const late = new Late(fetch);
    expect(late.part).toBeNull();
    expect(fetch).not.toHaveBeenCalled();
    await Promise.all([late.load(), late.load()]);
    await late.load();
    expect(late.part).toBe('part');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('is tried again after it could not be fetched', async () => {
    const fetch = vi.fn(async () => Promise.resolve('part'));
    fetch.mockRejectedValueOnce(new TypeError('gone'));
    const late = new Late(fetch);
    await expect(late.load()).rejects.toThrow('gone');
    expect(late.part).toBeNull();
    await late.load();
    expect(late.part).toBe('part');
  });
});
