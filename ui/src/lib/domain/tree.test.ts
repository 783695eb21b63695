import { describe, expect, it } from 'vitest';
import type { FileRow } from '$lib/backend/generated/FileRow';
import {
  buildTree,
  filterNodes,
  globMatches,
  openAtFirst,
  sums,
  tickOf,
  toggle,
  visibleRows,
  type FileTree,
} from './tree';

function file(index: number, path: string, length = 10, risk: FileRow['risk'] = null): FileRow {
  return {
    index,
    path: path.split('/'),
    length,
    have_bytes: 0,
    wanted: true,
    renamed: false,
    disk_path: null,
    part: false,
    priority: 'normal',
    risk,
  };
}

const FILES = [
  file(0, 'film/part 10.mkv', 100),
  file(1, 'film/part 2.mkv', 200),
  file(2, 'poster.jpg', 5),
  file(3, 'film/player.mp4.scr', 7, 'disguised'),
  file(4, 'subtitles/en.srt', 1),
];
const none = () => false;
const disguised = (row: FileRow) => row.risk === 'disguised';

function names(tree: FileTree, filter = ''): string[] {
  const rows = visibleRows(tree, openAtFirst(tree), filterNodes(tree, filter));
  return rows.map((row) => '  '.repeat(tree.nodes[row.id]!.level - 1) + tree.nodes[row.id]!.name);
}

function idOf(tree: FileTree, name: string): number {
  return tree.nodes.findIndex((node) => node.name === name);
}

describe('buildTree', () => {
  it('puts the folder of the torrent outermost, folders first and numbers in order', () => {
    expect(names(buildTree(FILES, 'Open films'))).toEqual([
      'Open films',
      '  film',
      '    part 2.mkv',
      '    part 10.mkv',
      '    player.mp4.scr',
      '  subtitles',
      '    en.srt',
      '  poster.jpg',
    ]);
  });

  it('shows a single file without a folder', () => {
    const tree = buildTree([file(0, 'debian.iso')], 'debian.iso');
    expect(tree.nodes).toHaveLength(1);
    expect(tree.nodes[0]).toMatchObject({ name: 'debian.iso', level: 1, parent: -1, file: 0 });
  });

  it('keeps the folder of a torrent that has one file in a folder', () => {
    expect(names(buildTree([file(0, 'disc/debian.iso')], 'debian'))).toEqual([
      'debian',
      '  disc',
      '    debian.iso',
    ]);
  });

  it('sums sizes and counts', () => {
    const tree = buildTree(FILES, 'Open films');
    expect([tree.counts[0], tree.bytes[0]]).toEqual([5, 313]);
    const film = idOf(tree, 'film');
    expect([tree.counts[film], tree.bytes[film]]).toEqual([3, 307]);
  });

  it('tells a file from a folder of the same name', () => {
    const tree = buildTree([file(0, 'a/b'), file(1, 'a/b/c')], 'root');
    expect(names(tree)).toEqual(['root', '  a', '    b', '      c', '    b']);
  });

  it('takes 50,000 files', () => {
    const many = Array.from({ length: 50_000 }, (_, at) =>
      file(at, `part ${at % 50}/chapter ${at % 500}/page ${at}.jpg`),
    );
    const tree = buildTree(many, 'scans');
    const rows = visibleRows(tree, openAtFirst(tree), filterNodes(tree, '*7.jpg'));
    expect(rows.length).toBeGreaterThan(5_000);
  });

  it('opens only the outermost folders of a large torrent', () => {
    const many = Array.from({ length: 500 }, (_, at) => file(at, `part ${at % 5}/page ${at}.jpg`));
    expect(names(buildTree(many, 'scans'))).toHaveLength(6);
  });
});

describe('choosing', () => {
  const tree = buildTree(FILES, 'Open films');
  const all = new Uint8Array(5).fill(1);

  function ticks(chosen: Uint8Array, name: string) {
    return tickOf(
      tree,
      sums(tree, (_, at) => chosen[at]!),
      idOf(tree, name),
    );
  }

  it('goes from some to all to none', () => {
    const some = toggle(tree, idOf(tree, 'part 2.mkv'), all, none, null);
    expect(ticks(some, 'film')).toBe('some');
    expect(ticks(some, 'part 2.mkv')).toBe('none');
    const again = toggle(tree, idOf(tree, 'film'), some, none, null);
    expect(ticks(again, 'Open films')).toBe('all');
    expect(ticks(toggle(tree, 0, again, none, null), 'Open films')).toBe('none');
  });

  it('never lets a guarded file in with its folder', () => {
    const nothing = new Uint8Array(5);
    const most = toggle(tree, 0, nothing, disguised, null);
    expect([...most]).toEqual([1, 1, 1, 0, 1]);
    expect([...toggle(tree, 0, most, disguised, null)]).toEqual([0, 0, 0, 0, 0]);
    const alone = toggle(tree, idOf(tree, 'player.mp4.scr'), most, disguised, null);
    expect([...alone]).toEqual([1, 1, 1, 1, 1]);
    expect([...toggle(tree, 0, alone, disguised, null)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('touches only what the filter shows', () => {
    const chosen = toggle(tree, 0, all, none, filterNodes(tree, '*.srt'));
    expect([...chosen]).toEqual([1, 1, 1, 1, 0]);
  });
});

describe('visibleRows', () => {
  const tree = buildTree(FILES, 'Open films');

  it('hides what lies in closed folders', () => {
    const rows = visibleRows(tree, new Set([0]), null);
    expect(rows.map((row) => tree.nodes[row.id]!.name)).toEqual([
      'Open films',
      'film',
      'subtitles',
      'poster.jpg',
    ]);
    expect(rows.map((row) => `${row.position} of ${row.size}`)).toEqual([
      '1 of 1',
      '1 of 3',
      '2 of 3',
      '3 of 3',
    ]);
  });

  it('shows hits in closed folders and counts only the siblings that are shown', () => {
    const rows = visibleRows(tree, new Set(), filterNodes(tree, 'part'));
    expect(rows.map((row) => tree.nodes[row.id]!.name)).toEqual([
      'Open films',
      'film',
      'part 2.mkv',
      'part 10.mkv',
    ]);
    expect(rows.at(-1)).toMatchObject({ position: 2, size: 2 });
  });
});

describe('filterNodes', () => {
  const tree = buildTree(FILES, 'Open films');

  it('knows globs, paths and plain text, in any case', () => {
    expect(names(tree, '*.SRT')).toEqual(['Open films', '  subtitles', '    en.srt']);
    expect(names(tree, 'film/*2*')).toEqual(['Open films', '  film', '    part 2.mkv']);
    expect(names(tree, 'subtit')).toEqual(['Open films', '  subtitles', '    en.srt']);
    expect(names(tree, '   ')).toHaveLength(8);
    expect(names(tree, 'nothing like it')).toEqual([]);
  });

  it('stays fast on a glob that would make a regular expression backtrack', () => {
    expect(globMatches('*a'.repeat(40) + 'b', 'a'.repeat(4_000))).toBe(false);
    expect(globMatches('*', '')).toBe(true);
    expect(globMatches('a?c', 'abc')).toBe(true);
    expect(globMatches('a?', 'a')).toBe(false);
  });
});
