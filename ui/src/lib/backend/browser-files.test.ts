import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { copyText, saveInBrowser } from './browser-files';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe('saving', () => {
  it('hands the bytes to the browser under the name, and lets go of them later', async () => {
    vi.useFakeTimers();
    const made: Blob[] = [];
    const revoked: string[] = [];
    vi.stubGlobal(
      'URL',
      Object.assign(URL, {
        createObjectURL: (blob: Blob) => `blob:${made.push(blob)}`,
        revokeObjectURL: (url: string) => revoked.push(url),
      }),
    );
    const clicked: [string, string][] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push([this.href, this.download]);
    });
    const bytes = [0, 255, 128, 10];
    const saved = await saveInBrowser('a.torrent', btoa(String.fromCharCode(...bytes)), 'torrent');
    expect(saved).toBe('a.torrent');
    expect(clicked).toEqual([['blob:1', 'a.torrent']]);
    expect(made[0]?.type).toBe('application/x-bittorrent');
    expect(made[0]?.size).toBe(bytes.length);
    expect(revoked).toEqual([]);
    vi.runAllTimers();
    expect(revoked).toEqual(['blob:1']);
  });
});

describe('copying', () => {
  let copied: string[];
  let works: boolean;

  beforeEach(() => {
    copied = [];
    works = true;
    Object.assign(document, {
      execCommand: () => {
        if (works)
          copied.push(
            document.activeElement instanceof HTMLTextAreaElement ? document.activeElement.value : '',
          );
        return works;
      },
    });
  });

  const withoutClipboard = (): void => {
    vi.stubGlobal('navigator', {
      clipboard: { writeText: () => Promise.reject(new Error('not allowed')) },
    });
  };

  it('uses the clipboard', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { writeText } });
    await copyText('magnet:?x');
    expect(writeText).toHaveBeenCalledWith('magnet:?x');
    expect(copied).toEqual([]);
  });

  it('copies by a selection where a page has no clipboard, and gives the focus back', async () => {
    withoutClipboard();
    const button = document.createElement('button');
    document.body.append(button);
    button.focus();
    await copyText('magnet:?x');
    expect(copied).toEqual(['magnet:?x']);
    expect(document.querySelector('textarea')).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it('says when neither works', async () => {
    withoutClipboard();
    works = false;
    await expect(copyText('x')).rejects.toMatchObject({ code: 'clipboard_refused' });
    expect(document.querySelector('textarea')).toBeNull();
  });
});
