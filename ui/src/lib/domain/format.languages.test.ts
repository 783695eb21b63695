/** The same numbers in every language that Shoal speaks. `_` stands for the thin space that keeps a unit by its number. */
import { describe, expect, it } from 'vitest';
import { Formatter, THIN_SPACE } from './format';

const NOW = new Date(2025, 10, 5, 18, 0).getTime();
const DAY_MS = 86_400_000;

interface Expected {
  readonly size: string;
  readonly kilobytes: string;
  readonly binary: string;
  readonly speed: string;
  readonly percent: string;
  readonly count: string;
  readonly ratio: string;
  readonly duration: string;
  readonly days: string;
  readonly today: string;
  readonly thisWeek: string;
  readonly thisYear: string;
  readonly earlier: string;
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  'en-GB': {
    size: '4.70_GB',
    kilobytes: '84_kB',
    binary: '1,023_MiB',
    speed: '18.4_MB/s',
    percent: '62_%',
    count: '12,345',
    ratio: '1.32',
    duration: '1_h 34_min',
    days: '3_d',
    today: '14:20',
    thisWeek: 'Mon',
    thisYear: '7 Feb',
    earlier: 'Aug 2024',
  },
  de: {
    size: '4,70_GB',
    kilobytes: '84_kB',
    binary: '1.023_MiB',
    speed: '18,4_MB/s',
    percent: '62_%',
    count: '12.345',
    ratio: '1,32',
    duration: '1_h 34_min',
    days: '3_T',
    today: '14:20',
    thisWeek: 'Mo',
    thisYear: '7. Feb.',
    earlier: 'Aug. 2024',
  },
  es: {
    size: '4,70_GB',
    kilobytes: '84_kB',
    binary: '1023_MiB',
    speed: '18,4_MB/s',
    percent: '62_%',
    count: '12.345',
    ratio: '1,32',
    duration: '1_h 34_min',
    days: '3_d',
    today: '14:20',
    thisWeek: 'lun',
    thisYear: '7 feb',
    earlier: 'ago 2024',
  },
  fr: {
    size: '4,70_Go',
    kilobytes: '84_ko',
    binary: '1_023_Mio',
    speed: '18,4_Mo/s',
    percent: '62_%',
    count: '12_345',
    ratio: '1,32',
    duration: '1_h 34_min',
    days: '3_j',
    today: '14:20',
    thisWeek: 'lun.',
    thisYear: '7 févr.',
    earlier: 'août 2024',
  },
  'zh-Hans': {
    size: '4.70_GB',
    kilobytes: '84_kB',
    binary: '1,023_MiB',
    speed: '18.4_MB/s',
    percent: '62_%',
    count: '12,345',
    ratio: '1.32',
    duration: '1_小时 34_分钟',
    days: '3_天',
    today: '14:20',
    thisWeek: '周一',
    thisYear: '2月7日',
    earlier: '2024年8月',
  },
  ar: {
    size: '4.70_غ.ب',
    kilobytes: '84_ك.ب',
    binary: '\u20661,023_MiB\u2069',
    speed: '18.4_م.ب/ث',
    percent: '62_%',
    count: '12,345',
    ratio: '1.32',
    duration: '1_س 34_د',
    days: '3_ي',
    today: '14:20',
    thisWeek: 'الاثنين',
    thisYear: '7 فبراير',
    earlier: 'أغسطس 2024',
  },
  'ar-EG': {
    size: '٤٫٧٠_غ.ب',
    kilobytes: '٨٤_ك.ب',
    binary: '\u2066١٬٠٢٣_MiB\u2069',
    speed: '١٨٫٤_م.ب/ث',
    percent: '٦٢_٪',
    count: '١٢٬٣٤٥',
    ratio: '١٫٣٢',
    duration: '١_س ٣٤_د',
    days: '٣_ي',
    today: '١٤:٢٠',
    thisWeek: 'الاثنين',
    thisYear: '٧ فبراير',
    earlier: 'أغسطس ٢٠٢٤',
  },
};

describe.each(Object.entries(EXPECTED))('in %s', (locale, expected) => {
  const format = new Formatter({ locale });
  const binary = new Formatter({ locale, binary: true });
  const is = (text: string, wanted: string): void => expect(text).toBe(wanted.replaceAll('_', THIN_SPACE));

  it('sizes and speeds have three digits and a thin space', () => {
    is(format.size(4_700_000_000), expected.size);
    is(format.size(84_000), expected.kilobytes);
    is(binary.size(1023 * 1024 * 1024), expected.binary);
    is(format.speed(18_400_000), expected.speed);
  });
  it('shares, counts and ratios follow the language', () => {
    is(format.percent(0.62), expected.percent);
    is(format.count(12_345), expected.count);
    is(format.ratio(1.316), expected.ratio);
  });
  it('times left are short', () => {
    is(format.duration(5_640), expected.duration);
    is(format.duration(3 * 86_400), expected.days);
  });
  it('dates are as near as they need to be', () => {
    is(format.date(new Date(2025, 10, 5, 14, 20).getTime(), NOW), expected.today);
    is(format.date(NOW - 2 * DAY_MS, NOW), expected.thisWeek);
    is(format.date(new Date(2025, 1, 7).getTime(), NOW), expected.thisYear);
    is(format.date(new Date(2024, 7, 3).getTime(), NOW), expected.earlier);
    expect(format.calendar(NOW)).toContain(format.count(5));
    expect(format.day(NOW)).toContain(format.count(5));
    expect(format.day(NOW - 2 * 365 * DAY_MS, NOW)).toMatch(/2023|٢٠٢٣/);
    expect(format.dateTime(NOW)).toContain(format.calendar(NOW));
  });
  it('what is unknown is blank', () => {
    expect([format.size(null), format.percent(null), format.speed(0), format.calendar(null)]).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });
});
