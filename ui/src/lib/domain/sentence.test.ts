import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '$lib/i18n/messages/en/errors';
import { hasMessage } from '$lib/i18n';
import { row } from '../../test/rows';
import { Formatter, THIN_SPACE as _ } from './format';
import { errorText, remedyOf, sentenceText, technicalText } from './sentence';

const format = new Formatter({ locale: 'en-GB' });
const say = (code: string, params: Record<string, string> = {}): string =>
  sentenceText({ code, params }, format);

/** Every code that the core sends, with the parameters it sends. */
const SENTENCES: readonly (readonly [string, Record<string, string>])[] = [
  ['starting', {}],
  ['fetching_metadata', { connected: '1', known: '3' }],
  ['choosing_files', {}],
  ['check_queued', {}],
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
  ['folder_missing', { path: '/a' }],
  ['file_in_the_way', { path: '/a' }],
  ['permission_denied', { path: '/a' }],
  ['disk_full', { needed_bytes: '1' }],
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
    ['fetching_metadata', { connected: '14', known: '61' }, 'Asking 14 of 61 peers for the file list…'],
    ['fetching_metadata', { connected: '0', known: '0' }, 'Looking for peers that have the file list…'],
    ['seeding', { connected: '9' }, 'Seeding to 9 peers for as long as you like.'],
    ['seeding', { connected: '9', sending: '0' }, 'Ready to share. Nobody asks for it right now.'],
    ['disk_full', { needed_bytes: '3100000000' }, `The disk is full. 3.10${_}GB more are needed.`],
    ['disk_full', {}, 'The disk is full.'],
  ])('%s %j is said as a person would', (code, params, text) => {
    expect(say(code, params as Record<string, string>)).toBe(text);
  });

  it('never show a code that came from a newer core as a blank', () => {
    expect(say('from_the_future')).toContain('from_the_future');
  });
});

describe('errors', () => {
  it.each(ERROR_CODES)('%s has words', (code) => {
    expect(hasMessage(`errors.${code}`)).toBe(true);
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
  it('are one action at most', () => {
    expect(remedyOf(withCode('file_in_the_way'))).toBe('save_beside');
    expect(remedyOf(withCode('choosing_files'))).toBe('choose_files');
    expect(remedyOf(withCode('files_changed'))).toBe('recheck');
    expect(remedyOf(withCode('disk_full'))).toBe('start');
    expect(remedyOf(withCode('downloading'))).toBeNull();
  });
});
