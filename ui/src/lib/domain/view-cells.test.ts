import { describe, expect, it } from 'vitest';
import { row } from '../../test/rows';
import { Formatter } from './format';
import { cellText, shareText, shortState } from './view-cells';
import { COLUMN_IDS } from './view-columns';

const format = new Formatter({ locale: 'en' });
const PLAIN = COLUMN_IDS.filter(
  (id) => id !== 'name' && id !== 'progress' && id !== 'status' && id !== 'rank',
);

describe('cells', () => {
  it('are blank for what is zero or unknown', () => {
    const nothing = row('a', { wanted_bytes: null, ratio: 0.004, eta_s: null });
    const blank = PLAIN.filter((id) => cellText(id, nothing, format) === '');
    expect(blank).toEqual([
      'size',
      'down',
      'up',
      'eta',
      'ratio',
      'peers',
      'label',
      'downloaded',
      'uploaded',
      'completed',
      'tracker',
    ]);
  });
  it('say how many peers send, when any do', () => {
    expect(cellText('peers', row('a', { peers_connected: 74, peers_sending: 31 }), format)).toBe('31 / 74');
    expect(cellText('peers', row('a', { peers_connected: 74 }), format)).toBe('74');
  });
  it('name the folder where the files are now', () => {
    expect(cellText('path', row('a', { lies_in: '/unfinished' }), format)).toBe('/unfinished');
    expect(cellText('path', row('a'), format)).toBe('/downloads');
  });
});

describe('the share beside the lane', () => {
  it('is blank for what is whole, unless it is looked at', () => {
    const whole = { wanted_bytes: 10, have_bytes: 10 };
    expect(shareText(row('a', { ...whole, status: 'seeding' }), format)).toBe('');
    expect(shareText(row('a', { ...whole, status: 'checking', check: 0.5 }), format)).toMatch(/^50/);
    expect(shareText(row('a', { have_bytes: 620 }), format)).toMatch(/^62/);
    const missing = { code: 'folder_missing', params: { path: '/x' } };
    const away = row('a', { have_bytes: 620, status: 'attention', sentence: missing });
    expect(shareText(away, format)).toBe('');
  });
});

describe('the state', () => {
  it('says what stands in the way', () => {
    const full = { code: 'disk_full', params: {} };
    expect(shortState(row('a', { status: 'attention', sentence: full }))).toBe('Disk full');
    expect(shortState(row('a', { status: 'attention', sentence: { code: 'of_later', params: {} } }))).toBe(
      'Needs attention',
    );
    expect(shortState(row('a', { status: 'seeding', sentence: full }))).toBe('Seeding');
  });
});
