import { describe, expect, it } from 'vitest';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { row } from '../../test/rows';
import { Formatter, THIN_SPACE as _ } from './format';
import { captionOf, glyphOf, laneOf, progressName, stateName, toneOf } from './phase';

const format = new Formatter({ locale: 'en-GB' });
const said = (
  code: string,
  params: Record<string, string> = {},
  part: Partial<TorrentRow> = {},
): TorrentRow => row('a', { sentence: { code, params }, have_bytes: 400, ...part });

describe('files on their way to another folder', () => {
  const moving = said(
    'moving',
    { path: '/data', done_bytes: '250', total_bytes: '1000' },
    { status: 'waiting' },
  );

  it('have a lane of their own, that says how far the move is and not the download', () => {
    expect(laneOf(moving, format)).toEqual({ form: 'move', value: 0.25, text: `Moving, 25${_}%` });
    expect(captionOf(moving, format)).toEqual({ left: `25${_}%`, right: `1${_}kB` });
    expect([stateName(moving), progressName(moving, format)]).toEqual(['Moving', `25${_}%`]);
    expect(toneOf(moving)).toBe('plain');
  });

  it('claim no share while none is known', () => {
    expect(laneOf(said('moving_back'), format)).toEqual({ form: 'move', value: null, text: 'Moving' });
    expect(laneOf(said('moving', { total_bytes: '0', done_bytes: '0' }), format).value).toBeNull();
  });

  it('warn when they could not be moved, and the torrent goes on as it was', () => {
    const failed = said('move_failed', { path: '/data', reason: 'disk_full' });
    expect(toneOf(failed)).toBe('warn');
    expect(laneOf(failed, format).form).toBe('down');
  });
});

describe('a goal', () => {
  const seeding = (part: Partial<TorrentRow>): TorrentRow =>
    row('a', { status: 'seeding', have_bytes: 1_000, ratio: 1.32, ...part });

  it('makes the bar the way to it, and is said beside it', () => {
    const torrent = seeding({ goal: { share: 0.66, kind: 'ratio', target: 200 } });
    expect(laneOf(torrent, format)).toEqual({
      form: 'seed',
      value: 0.66,
      text: `Seeding, 66${_}% of the way to the goal`,
    });
    expect(captionOf(torrent, format)).toEqual({ left: 'ratio 1.32', right: 'goal 2.00' });
  });
  it('may be a time', () => {
    const goal = { share: 2, kind: 'time', target: 2_880 } as const;
    expect(captionOf(seeding({ goal }), format).right).toBe('goal 2 days');
    expect(laneOf(seeding({ goal }), format).value).toBe(1);
    const idle = seeding({ goal: { share: 0, kind: 'idle', target: 60 } });
    expect(captionOf(idle, format).right).toContain('without demand');
  });
  it('that is none leaves the bar as it was, and a torrent at rest has its size there', () => {
    expect(laneOf(seeding({ goal: null }), format).form).toBe('open');
    expect(captionOf(seeding({ goal: null }), format).right).toBe('no goal');
    const goal = { share: 1, kind: 'ratio', target: 200 } as const;
    expect(laneOf(seeding({ status: 'finished', goal }), format).form).toBe('done');
    expect(captionOf(seeding({ status: 'finished', goal }), format).right).toBe('1 kB'.replace(' ', _));
  });
});

it('that is held by a limit of its own has the tortoise', () => {
  expect(glyphOf(row('a', { limited: true })).icon).toBe('tortoise');
  expect(glyphOf(row('a', { limited: false })).icon).toBe('down');
  expect(glyphOf(row('a', { limited: true, status: 'stopped' })).icon).toBe('stop');
});

describe('a check', () => {
  it('that is paused keeps its place and does not look busy', () => {
    const paused = said('check_paused', {}, { status: 'checking', check: 0.5 });
    expect(laneOf(paused, format)).toMatchObject({ form: 'stopped', value: 0.5 });
    expect(glyphOf(paused).look).toBe('idle');
  });
});

describe('attention', () => {
  it.each([
    ['disk_full', 'bad', 'bad', 'drive'],
    ['file_too_big', 'bad', 'bad', 'drive'],
    ['volume_changed', 'bad', 'away', 'unplug'],
    ['folder_missing', 'bad', 'away', 'unplug'],
    ['read_only', 'bad', 'bad', 'lock'],
    ['matches_partly', 'warn', 'warn', 'alert'],
    ['trash_failed', 'warn', 'warn', 'alert'],
  ])('%s is %s, with the lane %s and the icon %s', (code, tone, form, icon) => {
    const torrent = said(code, {}, { status: 'attention' });
    expect(toneOf(torrent)).toBe(tone);
    expect(laneOf(torrent, format).form).toBe(form);
    expect(glyphOf(torrent)).toEqual({ icon, look: tone });
  });
});

it('claims no share of files that are not the ones it verified', () => {
  for (const code of ['file_in_the_way', 'matches_partly']) {
    const torrent = said(code, {}, { status: 'attention' });
    expect(laneOf(torrent, format).value).toBeNull();
  }
});
