import { describe, expect, it } from 'vitest';
import type { FileRow } from '$lib/backend/generated/FileRow';
import { FileChoice } from './choice.svelte';
import { TreeSelection } from './tree-selection.svelte';
import { iconOf, posingAs } from './kinds';

function file(index: number, path: string, more: Partial<FileRow> = {}): FileRow {
  const rest = {
    ...{ length: 10, have_bytes: 0, wanted: true, renamed: false, risk: null },
    ...{ disk_path: null, part: false, priority: 'normal' as const },
  };
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

describe('priorities', () => {
  const idOf = (choice: FileChoice, name: string) =>
    choice.tree.nodes.findIndex((node) => node.name === name);

  it('of a folder are those of its files, as far as they are wanted', () => {
    const choice = new FileChoice(FILES, 'films', true);
    expect(choice.priority(0)).toBe('normal');
    expect(choice.setPriority([idOf(choice, 'two.mkv')], 'high')).toEqual([2]);
    expect(choice.priority(idOf(choice, 'a'))).toBe('mixed');
    choice.setPriority([idOf(choice, 'one.srt')], 'skip');
    expect(choice.priority(idOf(choice, 'a'))).toBe('high');
    expect(choice.priority(idOf(choice, 'one.srt'))).toBe('skip');
    expect(choice.wanted).toEqual([2, 5]);
    expect(choice.priorities).toEqual({ high: [2], low: [] });
  });

  it('of several files and folders are set at once, each file once', () => {
    const choice = new FileChoice(FILES, 'films', false);
    expect(choice.setPriority([0, idOf(choice, 'a'), idOf(choice, 'one.srt')], 'low')).toEqual([0, 2, 5]);
    expect(choice.priority(0)).toBe('low');
  });

  it('take in what was skipped, but no program in disguise with its folder', () => {
    const choice = new FileChoice(FILES, 'films', true);
    choice.setAll(false);
    choice.leaveOutDisguised();
    choice.setPriority([0], 'high');
    expect(choice.wanted).toEqual([0, 2]);
    choice.setPriority([idOf(choice, 'b.mkv.exe')], 'high');
    expect(choice.wanted).toEqual([0, 2, 5]);
  });

  it('come with the files, and can be taken back', () => {
    const choice = new FileChoice([file(0, 'a', { priority: 'low' }), file(1, 'b')], 'films', false);
    expect(choice.priorities).toEqual({ high: [], low: [0] });
    const before = choice.snapshot();
    choice.setPriority([0], 'skip');
    expect(choice.chosenCount).toBe(0);
    choice.restore(before);
    expect([choice.chosenCount, choice.priorities.low]).toEqual([2, [0]]);
  });
});

describe('names on disk', () => {
  it('are shown where they differ, for files and for folders', () => {
    const moved = file(0, 'season 1/CON.txt', { disk_path: ['first', 'CON_.txt'] });
    const choice = new FileChoice([moved, file(1, 'season 2/b.txt')], 'series', false);
    const names = choice.tree.nodes.map((node, id) => [node.name, choice.diskName(id)]);
    expect(names).toEqual([
      ['series', null],
      ['season 1', 'first'],
      ['CON.txt', 'CON_.txt'],
      ['season 2', null],
      ['b.txt', null],
    ]);
    expect(choice.diskPath(2)).toEqual(['first', 'CON_.txt']);
    expect(choice.diskPath(1)).toEqual(['first']);
    expect(choice.diskPath(0)).toEqual([]);
  });
});

describe('the selection of a tree', () => {
  it('is as in a file manager', () => {
    const selection = new TreeSelection();
    const shown = [0, 4, 2, 7];
    selection.only(4);
    selection.extendTo(7, shown);
    expect(selection.ids).toEqual([4, 2, 7]);
    selection.extendTo(0, shown);
    expect(selection.ids).toEqual([0, 4]);
    selection.toggle(7);
    expect(selection.ids).toEqual([0, 4, 7]);
    expect(selection.meant(4)).toEqual([0, 4, 7]);
    expect(selection.meant(2)).toEqual([2]);
    selection.all(shown);
    expect(selection.ids).toEqual(shown);
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
