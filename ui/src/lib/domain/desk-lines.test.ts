import { describe, expect, it } from 'vitest';
import type { DeskState } from '$lib/backend/generated/DeskState';
import { deskLines } from './desk-lines';

const WELL: DeskState = {
  tray_host: true,
  notices: true,
  magnets: { type: 'ours' },
  torrents: { type: 'unknown' },
  autostart: true,
  sandboxed: false,
};
const texts = (group: string, part: Partial<DeskState>, autostart = false): string[] =>
  deskLines(group, { ...WELL, ...part }, autostart).map(({ text, isLack }) =>
    isLack ? `lack: ${text}` : text,
  );

describe('beside the settings', () => {
  it('a desktop that has everything says only who opens links', () => {
    for (const group of ['tray', 'start', 'notices', 'quiet', 'folder'])
      expect(texts(group, {}, true)).toEqual([]);
    expect(texts('links', {})).toEqual(['Magnet links open in Shoal.']);
  });
  it('is said what is missing', () => {
    expect(texts('tray', { tray_host: false })[0]).toMatch(/^lack: No panel shows icons/);
    expect(texts('notices', { notices: false })[0]).toMatch(/^lack: No program shows notifications/);
  });
  it('is said when the system does not start Shoal although it is to', () => {
    expect(texts('start', { autostart: false }, true)[0]).toMatch(/^lack: /);
    expect(texts('start', { autostart: false }, false)).toEqual([]);
  });
  it('other programs are named as they call themselves', () => {
    const links = texts('links', {
      magnets: { type: 'other', name: '{name} & <b>' },
      torrents: { type: 'nobody' },
    });
    expect(links).toEqual(['{name} & <b> opens magnet links now.', 'Nothing opens torrent files now.']);
  });
  it('a sandbox decides by itself', () => {
    expect(texts('start', { sandboxed: true, autostart: false }, true)).toEqual([
      'Shoal runs in a sandbox, where the system’s own settings decide about this.',
    ]);
    expect(texts('links', { sandboxed: true, magnets: { type: 'unknown' } })).toHaveLength(1);
  });
});
