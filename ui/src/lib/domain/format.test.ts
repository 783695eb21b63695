import { describe, expect, it } from 'vitest';
import { durationParts, Formatter, shortenMiddle, THIN_SPACE as _, wholePercent } from './format';

const en = new Formatter({ locale: 'en-GB' });
const binary = new Formatter({ locale: 'en-GB', binary: true });
const german = new Formatter({ locale: 'de-DE' });

describe('sizes', () => {
  it.each([
    [0, `0${_}B`],
    [999, `999${_}B`],
    [84_000, `84${_}kB`],
    [999_999, `1.00${_}MB`],
    [4_700_000_000, `4.70${_}GB`],
    [16_440_000_000, `16.4${_}GB`],
    [111_000_000_000, `111${_}GB`],
    [999_600_000, `1.00${_}GB`],
  ])('writes %d bytes as %s', (bytes, text) => expect(en.size(bytes)).toBe(text));

  it('writes binary units when asked to', () => {
    expect(binary.size(4 * 1024 * 1024)).toBe(`4.00${_}MiB`);
    expect(binary.size(1023 * 1024 * 1024)).toBe(`1,023${_}MiB`);
    expect(binary.size(1024)).toBe(`1${_}KiB`);
  });

  it('follows the locale', () => expect(german.size(4_700_000_000)).toBe(`4,70${_}GB`));
  it('leaves the unknown blank', () => expect(en.size(null)).toBe(''));

  it('says a unit once when both sizes share it', () => {
    expect(en.sizePair(1_420_000_000, 4_700_000_000)).toEqual({ part: '1.42', whole: `4.70${_}GB` });
    expect(en.sizePair(147_000_000, 1_200_000_000)).toEqual({ part: `147${_}MB`, whole: `1.20${_}GB` });
    expect(en.sizePair(0, 1_200_000_000)).toEqual({ part: '0', whole: `1.20${_}GB` });
  });
});

describe('speeds, shares and ratios', () => {
  it('leaves zero speed blank', () => {
    expect(en.speed(0)).toBe('');
    expect(en.speed(18_400_000)).toBe(`18.4${_}MB/s`);
  });
  it('never says 100 % too early', () => {
    expect(en.percent(0.9999)).toBe(`99${_}%`);
    expect(en.percent(1)).toBe(`100${_}%`);
    expect(en.percent(null)).toBe('');
    expect(wholePercent(0.29)).toBe(29);
  });
  it('writes ratios with two digits', () => {
    expect(en.ratio(1.316)).toBe('1.32');
    expect(en.ratio(null)).toBe('');
  });
});

describe('time left', () => {
  it.each([
    [3, `3${_}s`],
    [53, `55${_}s`],
    [59, `1${_}min`],
    [14 * 60 + 10, `14${_}min`],
    [3_600, `1${_}h`],
    [5_640, `1${_}h 34${_}min`],
    [11 * 3_600 + 200, `11${_}h`],
    [3 * 86_400, `3${_}d`],
  ])('writes %d s as %s', (seconds, text) => expect(en.duration(seconds)).toBe(text));

  it('is blank when unknown or over 30 days', () => {
    expect(durationParts(null)).toEqual([]);
    expect(durationParts(31 * 86_400)).toEqual([]);
    expect(durationParts(Number.POSITIVE_INFINITY)).toEqual([]);
  });
});

describe('dates', () => {
  const now = new Date(2025, 10, 5, 18, 0).getTime();
  const at = (...parts: [number, number, number, number?, number?]): number =>
    new Date(parts[0], parts[1], parts[2], parts[3] ?? 12, parts[4] ?? 0).getTime();
  it.each([
    [at(2025, 10, 5, 14, 20), '14:20'],
    [at(2025, 10, 3), 'Mon'],
    [at(2025, 8, 1), '1 Sept'],
    [at(2024, 7, 3), 'Aug 2024'],
  ])('writes %d as %s', (ms, text) => expect(en.date(ms, now)).toBe(text));
  it('leaves the unknown blank', () => expect(en.date(null)).toBe(''));
  it('writes a time of day, with seconds where they matter', () => {
    expect(en.clock(at(2025, 10, 5, 9, 5))).toBe('09:05');
    expect(en.clock(at(2025, 10, 5, 9, 5), true)).toBe('09:05:00');
  });
  it('writes a moment as somebody would say it, and in full when it is long ago', () => {
    expect(en.moment(at(2025, 10, 5, 9, 12), now)).toBe('today 09:12');
    expect(en.moment(at(2025, 10, 4, 21, 40), now)).toBe('yesterday 21:40');
    expect(en.moment(at(2025, 10, 3, 9, 12), now)).toBe(en.dateTime(at(2025, 10, 3, 9, 12)));
    expect(en.moment(at(2025, 10, 6, 9, 12), now)).toBe(en.dateTime(at(2025, 10, 6, 9, 12)));
    expect(en.moment(null)).toBe('');
  });
  it('writes a whole day, and the year only when it is another one', () => {
    expect(en.day(at(2025, 10, 3), now)).toMatch(/^Monday,? 3 November$/);
    expect(en.day(at(2024, 7, 3), now)).toMatch(/^Saturday,? 3 August 2024$/);
  });
});

describe('long names', () => {
  it('are cut in the middle so that the extension stays', () => {
    expect(shortenMiddle('short.iso', 20)).toBe('short.iso');
    const cut = shortenMiddle('a-very-long-name-of-a-disk-image-2025.tar.gz', 20);
    expect(Array.from(cut)).toHaveLength(20);
    expect(cut.endsWith('.gz')).toBe(true);
  });
});
