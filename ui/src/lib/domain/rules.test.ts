import { describe, expect, it } from 'vitest';
import type { SpeedInForce } from '$lib/backend/generated/SpeedInForce';
import { Formatter } from './format';
import { limitsText, minutesText, speedText, valueText } from './rules';

const format = new Formatter({ locale: 'en' });
const speed = (part: Partial<SpeedInForce>): SpeedInForce => ({
  slow: false,
  why: null,
  until: null,
  down_bps: null,
  up_bps: null,
  ...part,
});
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('what holds for all torrents', () => {
  it('is said with its limits when nothing but they hold', () => {
    expect(speedText(speed({}), format)).toBe('No speed limit');
    expect(plain(speedText(speed({ up_bps: 200_000 }), format))).toBe('At most 200 kB/s up');
    const both = speed({ down_bps: 500_000, up_bps: 100_000 });
    expect(plain(limitsText(both, format))).toBe('500 kB/s down, 100 kB/s up');
  });
  it('is said by its rule, and until when', () => {
    expect(speedText(speed({ why: 'switch', slow: true }), format)).toBe('Slow mode');
    expect(speedText(speed({ why: 'battery', slow: true }), format)).toBe('Slow on battery');
    const until = new Date().setHours(18, 0, 0, 0);
    expect(speedText(speed({ why: 'schedule', slow: true, until }), format)).toBe(
      'Slow by schedule until 18:00',
    );
    expect(speedText(speed({ why: 'schedule', until }), format)).toBe('Full speed by schedule until 18:00');
    expect(plain(speedText(speed({ why: 'schedule', until, down_bps: 700_000 }), format))).toBe(
      'By schedule until 18:00: 700 kB/s down',
    );
    const later = speedText(speed({ why: 'schedule', slow: true, until: until + 86_400_000 }), format);
    expect(later).toMatch(/^Slow by schedule until (Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:00$/);
  });
});

describe('a limit or goal', () => {
  it('is said in its own unit, and none in words', () => {
    expect(plain(valueText('down', 1_500_000, format))).toBe('1.50 MB/s');
    expect(valueText('up', null, format)).toBe('No limit');
    expect(valueText('ratio_percent', 150, format)).toBe('1.50');
    expect(valueText('seed_minutes', null, format)).toBe('No goal');
    expect(valueText('idle_minutes', 90, format)).toBe('1 h 30 min');
  });
  it('of many days is whole days, and is never blank', () => {
    expect(minutesText(2_880)).toBe('2 days');
    expect(minutesText(100 * 1_440 + 5)).toBe('100 days');
    expect(minutesText(30)).toBe('30 minutes');
  });
});
