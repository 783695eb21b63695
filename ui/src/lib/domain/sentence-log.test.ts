import { describe, expect, it } from 'vitest';
import { Formatter, THIN_SPACE as _ } from './format';
import { logIcon, logText } from './sentence-log';

const format = new Formatter({ locale: 'en-GB' });
const say = (code: string, params: Record<string, string> = {}): string => logText({ code, params }, format);

describe('the log', () => {
  it('says what happened in words of its own', () => {
    expect(say('log_added_file', { source: 'Sintel.torrent' })).toBe('Added from Sintel.torrent.');
    expect(say('log_moved', { from: '/a', to: '/b' })).toBe('Its files were moved from /a to /b.');
    expect(say('log_metadata', { files: '1', bytes: '5000000' })).toBe(
      `The file list came: 1 file, 5.00${_}MB.`,
    );
    expect(say('log_files_chosen', { n: '6', total: '7' })).toBe('6 of 7 files are to be downloaded.');
  });
  it('says how much of a check was good', () => {
    expect(say('log_checked', { good: '7000000', total: '7000000' })).toBe(
      `Checked: all 7.00${_}MB on disk are good.`,
    );
    expect(say('log_checked', { good: '0', total: '7000000' })).toBe(
      'Checked: nothing of it is on disk yet.',
    );
    expect(say('log_checked', { good: '1000000', total: '7000000' })).toBe(
      `Checked: 1.00 of 7.00${_}MB on disk are good.`,
    );
  });
  it('says how long it took, as long as that says something', () => {
    expect(say('log_finished', { bytes: '5000000', seconds: '840' })).toBe(
      `Complete and safely on disk, 5.00${_}MB in 14 minutes.`,
    );
    expect(say('log_finished', { bytes: '5000000', seconds: '9999999' })).toBe(
      `Complete and safely on disk, 5.00${_}MB.`,
    );
  });
  it('says trouble as the row did', () => {
    expect(say('log_trouble', { code: 'folder_missing', path: '/media/x' })).toMatch(
      /^\/media\/x is not there/,
    );
  });
  it('names a code of a later version instead of hiding it', () => {
    expect(say('log_of_tomorrow')).toContain('log_of_tomorrow');
  });
  it('never tells good from bad by colour alone', () => {
    const icons = (['neutral', 'good', 'warn'] as const).map((tone) =>
      logIcon({ code: 'log_checked', params: {} }, tone),
    );
    expect(new Set(icons).size).toBe(3);
    expect(logIcon({ code: 'log_stopped', params: {} }, 'neutral')).toBe('stop');
  });
});
