import { describe, expect, it } from 'vitest';
import { ACTIONS } from '$lib/actions/actions';
import { errors } from '$lib/i18n/messages/en/errors';
import { row } from '../../test/rows';
import { Formatter, THIN_SPACE as _ } from './format';
import { remediesOf, remedyText } from './remedies';
import { errorText, sentenceText, technicalText } from './sentence';

const format = new Formatter({ locale: 'en-GB' });
const say = (code: string, params: Record<string, string> = {}): string =>
  sentenceText({ code, params }, format);

/** Every code that the core sends, with the parameters it sends. */
const SENTENCES: readonly (readonly [string, Record<string, string>])[] = [
  ['starting', {}],
  ['fetching_metadata', { connected: '1', known: '3' }],
  ['choosing_files', {}],
  ['check_queued', {}],
  ['check_paused', {}],
  ['checking', {}],
  ['checking', { eta_s: '120' }],
  ['downloading', { sending: '1', connected: '2' }],
  ['looking_for_peers', { known: '3' }],
  ['no_peers', {}],
  ['seeding', { connected: '1' }],
  ['seeding_idle', {}],
  ['finished', {}],
  ['stopped', {}],
  ['waiting_network', {}],
  ['queue_download', { place: '3' }],
  ['queue_download', { place: '12' }],
  ['queue_seed', { place: '1' }],
  ['queue_check', { place: '2' }],
  ['seeding_to_ratio', { ratio_percent: '200', left_bytes: '1000' }],
  ['seeding_to_ratio', { ratio_percent: '200', left_bytes: '1000', eta_s: '60' }],
  ['seeding_to_time', { left_s: '8640000' }],
  ['seeding_to_idle', { left_s: '600' }],
  ['goal_reached', { kind: 'ratio' }],
  ['goal_reached', { kind: 'from_the_future' }],
  ['reconnecting_limits', {}],
  ['folder_missing', { path: '/a' }],
  ['file_in_the_way', { path: '/a' }],
  ['permission_denied', { path: '/a' }],
  ['disk_full', { needed_bytes: '1', volume: '/a' }],
  ['moving', { path: '/a' }],
  ['moving', { path: '/a', done_bytes: '1', total_bytes: '2' }],
  ['moving', { path: '/a', done_bytes: '1', total_bytes: '2', eta_s: '3' }],
  ['moving_back', {}],
  ['move_waiting', {}],
  ['move_failed', { path: '/a', reason: 'disk_full' }],
  ['move_failed', { path: '/a', reason: 'from_the_future' }],
  ['volume_changed', { path: '/a' }],
  ['read_only', { path: '/a' }],
  ['file_too_big', { path: '/a' }],
  ['too_many_running', {}],
  ['matches_partly', { path: '/a', good_bytes: '1', total_bytes: '2' }],
  ['files_changed', {}],
  ['io', { detail: 'x' }],
  ['internal', { detail: 'x' }],
  ['bad_metadata', { reason: 'piece_count' }],
  ['store_damaged', {}],
  ['unsupported', { detail: 'x' }],
  ['no_peer_source', {}],
  ['trash_failed', { detail: 'x' }],
  ['network_failed', { reason: 'internal', detail: 'x' }],
  ['network_failed', { reason: 'port_taken', detail: 'x' }],
  ['removing', {}],
];

describe('sentences', () => {
  it.each(SENTENCES)('%s %j has words with nothing left to fill in', (code, params) => {
    const text = say(code, params);
    expect(text).not.toMatch(/[{}]/);
    expect(text).not.toContain(code.includes('_') ? code : '{');
    expect(text).toMatch(/[.…]$/);
  });

  it.each([
    [
      'downloading',
      { eta_s: '55', sending: '31', connected: '74' },
      'About 55 seconds left. 31 of 74 peers are sending.',
    ],
    [
      'downloading',
      { eta_s: '5640', sending: '12', connected: '40' },
      'About 1 h 34 min left. 12 of 40 peers are sending.',
    ],
    ['downloading', { sending: '0', connected: '1' }, 'Connected to 1 peer, which is not sending yet.'],
    ['downloading', { sending: '1', connected: '1' }, '1 peer is sending.'],
    ['downloading', { sending: '1', connected: '3' }, '1 of 3 peers is sending.'],
    ['downloading', { sending: '6', connected: '6' }, 'All 6 peers are sending.'],
    [
      'moving',
      { path: '/data/films', done_bytes: '1200000000', total_bytes: '4000000000', eta_s: '120' },
      `Moving to /data/films, 1.20 of 4.00${_}GB, 2 minutes left.`,
    ],
    [
      'move_failed',
      { path: '/data', reason: 'disk_full' },
      'Could not be moved to /data: there is not enough room. It goes on where it was.',
    ],
    [
      'matches_partly',
      { path: '/a/b.iso', good_bytes: '700000000', total_bytes: '1400000000' },
      `There already, but only 700${_}MB of 1.40${_}GB match this torrent. Nothing was changed at /a/b.iso.`,
    ],
    ['fetching_metadata', { connected: '14', known: '61' }, 'Asking 14 of 61 peers for the file list…'],
    ['fetching_metadata', { connected: '0', known: '0' }, 'Looking for peers that have the file list…'],
    ['seeding', { connected: '9' }, 'Seeding to 9 peers for as long as you like.'],
    ['seeding', { connected: '9', sending: '0' }, 'Ready to share. Nobody asks for it right now.'],
    [
      'disk_full',
      { needed_bytes: '3100000000', volume: '/data' },
      `Paused: /data is full, needs 3.10${_}GB. Goes on by itself.`,
    ],
    ['disk_full', {}, 'Paused: the disk is full. Goes on by itself.'],
  ])('%s %j is said as a person would', (code, params, text) => {
    expect(say(code, params as Record<string, string>)).toBe(text);
  });

  it('never show a code that came from a newer core as a blank', () => {
    expect(say('from_the_future')).toContain('from_the_future');
  });
});

describe('errors', () => {
  it.each(Object.keys(errors))('%s has words', (code) => {
    expect(errorText(code)).toMatch(/[.?]$/);
    expect(errorText(code)).not.toMatch(/!|please|oops|successfully|invalid/i);
  });
  it('fill in what came with them', () => {
    expect(errorText('url_status', { status: '404' })).toContain('404');
    expect(errorText('never_heard_of')).toContain('never_heard_of');
    expect(errorText('constructor')).toContain('constructor');
    expect(technicalText('io', { detail: 'ENOSPC' })).toBe('io\ndetail: ENOSPC');
  });
});

describe('remedies', () => {
  const withCode = (code: string): ReturnType<typeof row> => row('a', { sentence: { code, params: {} } });

  it.each([
    ['files_changed', ['recheck', 'locate']],
    ['folder_missing', ['locate', 'start']],
    ['volume_changed', ['locate', 'start']],
    ['matches_partly', ['use_files', 'save_beside', 'choose_folder']],
    ['file_in_the_way', ['save_beside', 'choose_folder']],
    ['move_failed', ['move_again', 'move']],
    ['trash_failed', ['trash', 'remove', 'start', 'delete_files']],
    ['downloading', []],
    ['constructor', []],
  ])('of %s are %j', (code, remedies) => {
    expect(remediesOf(withCode(code))).toEqual(remedies);
  });

  it('are actions of the registry, each with words', () => {
    const known = new Set(ACTIONS.map(({ id }) => id));
    for (const [code] of SENTENCES) {
      for (const id of remediesOf(withCode(code))) {
        expect(known, id).toContain(id);
        expect(remedyText(withCode(code), id)).toMatch(/^[A-Z]/);
      }
    }
  });

  it('say what trying again means where it is not that', () => {
    expect(remedyText(withCode('folder_missing'), 'start')).toBe('Try again');
    expect(remedyText(withCode('trash_failed'), 'start')).toBe('Keep it and start it');
  });
});

describe('the queue', () => {
  it('is counted in words as far as people do', () => {
    expect(say('queue_download', { place: '1' })).toMatch(/^Next in the queue\./);
    expect(say('queue_download', { place: '3' })).toMatch(/^Third in the queue\./);
    expect(say('queue_download', { place: '1234' })).toMatch(/^Number 1,234 in the queue\./);
  });
});

describe('goals', () => {
  it('say what is left, however far that is', () => {
    expect(say('seeding_to_ratio', { ratio_percent: '150', left_bytes: '2000000', eta_s: '600' })).toBe(
      `Seeding to a ratio of 1.50. 2.00${_}MB to go, about 10 minutes.`,
    );
    expect(say('seeding_to_time', { left_s: String(90 * 86_400) })).toBe('Seeding for another 90 days.');
  });
});
