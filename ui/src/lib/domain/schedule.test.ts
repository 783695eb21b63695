import { describe, expect, it } from 'vitest';
import {
  dayNames,
  FIRST_RULE,
  readSchedule,
  readTime,
  scheduleText,
  stretchesOf,
  timeText,
  withDay,
} from './schedule';

describe('a schedule', () => {
  const text = 'mon,tue,wed,thu,fri 08:00-18:00 slow; daily 01:00-06:00 full; sat 10:00-12:00 500/0';

  it('is the same after it was read and written', () => {
    expect(scheduleText(readSchedule(text))).toBe(text);
  });
  it('may name days from one to another, over the end of the week, and have a rule a line', () => {
    expect(readSchedule('fri-mon,wed 1:00-02:00 full\nmon 03:00-04:00 slow')).toEqual([
      { days: [0, 2, 4, 5, 6], from: 60, to: 120, what: { kind: 'full' } },
      { days: [0], from: 180, to: 240, what: { kind: 'slow' } },
    ]);
  });
  it('leaves out what cannot be read', () => {
    expect(readSchedule('')).toEqual([]);
    const odd =
      'someday 08:00-09:00 slow; mon 99:00-10:00 slow;mon;mon 08:00-09:00 fast;tue 09:00-10:00 slow';
    expect(readSchedule(odd)).toEqual([{ days: [1], from: 540, to: 600, what: { kind: 'slow' } }]);
  });
  it('knows what holds on each day, also what began the day before', () => {
    const week = stretchesOf(readSchedule('sun 22:00-06:00 slow;mon 05:00-08:00 slow'));
    expect(week[6]).toEqual([{ from: 1320, to: 1440, what: 'slow' }]);
    expect(week[0]).toEqual([{ from: 0, to: 480, what: 'slow' }]);
    expect(week[1]).toEqual([]);
  });
  it('has the first rule that fits hold', () => {
    const [monday] = stretchesOf(readSchedule('mon 09:00-10:00 full;daily 00:00-24:00 slow'));
    expect(monday).toEqual([
      { from: 0, to: 540, what: 'slow' },
      { from: 540, to: 600, what: 'full' },
      { from: 600, to: 1440, what: 'slow' },
    ]);
  });
  it('takes a rule that ends when it begins for a whole day', () => {
    const week = stretchesOf(readSchedule('mon 12:00-12:00 slow'));
    expect(week.slice(0, 2)).toEqual([
      [{ from: 720, to: 1440, what: 'slow' }],
      [{ from: 0, to: 720, what: 'slow' }],
    ]);
  });
  it('keeps the last day of a rule', () => {
    expect(withDay({ ...FIRST_RULE, days: [3] }, 3, false)).toBeNull();
    expect(withDay(FIRST_RULE, 6, true)?.days).toEqual([0, 1, 2, 3, 4, 6]);
    expect(withDay(FIRST_RULE, 0, false)?.days).toEqual([1, 2, 3, 4]);
  });
});

describe('a time of the day', () => {
  it.each([
    ['8', 480],
    ['8:30', 510],
    ['08.30', 510],
    ['0830', 510],
    ['24:00', 0],
    ['23:59', 1439],
    ['24:01', null],
    ['8:60', null],
    ['noon', null],
    ['', null],
  ])('%s is read', (text, minutes) => {
    expect(readTime(text)).toBe(minutes);
  });
  it('is written with four digits', () => {
    expect(timeText(65)).toBe('01:05');
  });
});

it('begins a week on Monday, in any language', () => {
  expect(dayNames('en', 'long')[0]).toBe('Monday');
  expect(dayNames('de', 'long')[6]).toBe('Sonntag');
});
