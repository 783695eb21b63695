import { describe, expect, it } from 'vitest';
import { amountOf, amountWords, largerWords, rangeWords, readAmount, typedText } from './amounts';

describe('a number that was typed', () => {
  it('is whole and in range, or none', () => {
    expect(readAmount(' 12 ', 0, 20)).toBe(12);
    expect(readAmount('21', 0, 20)).toBeNull();
    expect(readAmount('1.5', 0, 20)).toBeNull();
    expect(readAmount('', 0, 20)).toBeNull();
    expect(readAmount('-1', 0, 20)).toBeNull();
  });
  it('may be left out where there is a word for none', () => {
    const speed = amountOf('speed.down_kbps');
    expect(readAmount('', 0, 1_000_000, speed)).toBe(0);
    expect(readAmount('0', 0, 1_000_000, speed)).toBe(0);
    expect(readAmount('16', 0, 1_000_000, speed)).toBeNull();
    expect(readAmount('17', 0, 1_000_000, speed)).toBe(17);
    expect(typedText(0, speed)).toBe('');
    expect(amountWords(0, speed)).toBe('No limit');
    expect(amountWords(500, speed)).toBe('500\u202fkB/s');
    expect(rangeWords(0, 1_000_000, speed)).toContain('17');
  });
  it('is a ratio with its fraction, written with a point or a comma', () => {
    const ratio = amountOf('goals.ratio_percent');
    expect(readAmount('1.5', 0, 100_000, ratio)).toBe(150);
    expect(readAmount('2,25', 0, 100_000, ratio)).toBe(225);
    expect(readAmount('2.255', 0, 100_000, ratio)).toBeNull();
    expect(typedText(150, ratio)).toBe('1.5');
  });
  it('of minutes says how many hours or days that is', () => {
    const time = amountOf('goals.seed_minutes');
    expect(largerWords(2_880, time)).toContain('2 days');
    expect(largerWords(30, time)).toBe('');
    expect(largerWords(30, amountOf('queue.downloads'))).toBe('');
  });
});
