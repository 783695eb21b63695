import { describe, expect, it } from 'vitest';
import type { FileRow } from '$lib/backend/generated/FileRow';
import { FileChoice } from './choice.svelte';
import { iconOf, posingAs } from './kinds';

function file(index: number, path: string, more: Partial<FileRow> = {}): FileRow {
  const rest = { length: 10, have_bytes: 0, wanted: true, renamed: false, risk: null };
  return { index, path: path.split('/'), ...rest, ...more };
}

// Padding files have numbers of their own, so the numbers have gaps.
const FILES = [file(0, 'a/one.srt'), file(2, 'a/two.mkv'), file(5, 'b.mkv.exe', { risk: 'disguised' })];

describe('FileChoice', () => {
  it('speaks of files by their number in the torrent, not by their place in the list', () => {
    const choice = new FileChoice(FILES, 'films', true);
    choice.leaveOutDisguised();
    expect(choice.wanted).toEqual([0, 2]);
    expect(choice.leftOut.map(({ index }) => index)).toEqual([5]);
    expect([choice.count, choice.chosenCount, choice.chosenBytes]).toEqual([3, 2, 20]);
  });

  it('lets All and None act on what the filter shows, and never lets a disguised program in', () => {
    const choice = new FileChoice(FILES, 'films', true);
    choice.setAll(false);
    choice.filter = '*.srt';
    choice.setAll(true);
    expect(choice.wanted).toEqual([0]);
    choice.filter = '';
    choice.setAll(true);
    expect(choice.wanted).toEqual([0, 2]);
  });

  it('takes over progress, and ticks only when none of the user is on its way', () => {
    const choice = new FileChoice(FILES, 'films', false);
    choice.toggle(0);
    const later = FILES.map((each) => ({ ...each, have_bytes: 5 }));
    expect(choice.fits(later)).toBe(true);
    choice.refresh(later, true);
    expect(choice.wanted).toEqual([]);
    choice.refresh(later, false);
    expect(choice.wanted).toEqual([0, 2, 5]);
    expect(choice.haveBytes(0)).toBe(15);
    expect(choice.fits(later.slice(1))).toBe(false);
  });
});

describe('kinds', () => {
  it('tell what a disguised program pretends to be', () => {
    expect(posingAs('film.mp4.scr')).toBe('film');
    expect(posingAs('song.mp3      .exe')).toBe('sound');
    expect(posingAs('invoice.pdf.js')).toBe('text');
    expect(posingAs('hidden.exe')).toBe('unknown');
    expect(posingAs('exe')).toBe('unknown');
  });

  it('have a picture for every name', () => {
    expect(iconOf('a.MKV', false)).toBe('film');
    expect(iconOf('a.mkv', true)).toBe('gearfile');
    expect(iconOf('README', false)).toBe('file');
  });
});
