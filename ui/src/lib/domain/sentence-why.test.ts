import { describe, expect, it } from 'vitest';
import type { WhyLine } from '$lib/backend/generated/WhyLine';
import { TOTALS } from '../../test/rows';
import { Formatter } from './format';
import { heldBy, whyLines } from './sentence-why';

const line = (code: string, ok: boolean, params: Record<string, string> = {}): WhyLine => ({
  code,
  ok,
  params,
});
const peers = (sending: number, connected: number, known: number): string | undefined =>
  whyLines([
    line('why_peers', true, { sending: `${sending}`, connected: `${connected}`, known: `${known}` }),
  ])[0]?.text;

describe('what decides the speed', () => {
  it('begins with what slows it down', () => {
    const lines = whyLines([line('why_limits', true), line('why_disk', false), line('why_private', true)]);
    expect(lines.map(({ code, ok }) => [code, ok])).toEqual([
      ['why_disk', false],
      ['why_limits', true],
      ['why_private', true],
    ]);
    expect(lines[0]).toMatchObject({ name: 'Disk', text: 'cannot keep up' });
  });
  it('says of peers what is known', () => {
    expect(peers(0, 0, 0)).toBe('nobody has been found yet');
    expect(peers(0, 0, 7)).toBe('7 are known, none has answered yet');
    expect(peers(0, 3, 7)).toBe('3 are connected, none sends anything yet');
    expect(peers(1, 3, 7)).toBe('1 of 3 sends to you');
    expect(peers(3, 3, 7)).toBe('all 3 that are connected send to you');
  });
  it('says which limit holds, and whether it leaves room', () => {
    const format = new Formatter({ locale: 'en' });
    expect(heldBy({ limited: false }, TOTALS, format)).toBeNull();
    const speed = { ...TOTALS.speed, down_bps: 500_000 };
    const roomy = heldBy({ limited: false }, { ...TOTALS, speed }, format);
    expect(roomy).toEqual({ text: 'At most 500\u202fkB/s down', ok: true });
    expect(heldBy({ limited: false }, { ...TOTALS, speed, down_bps: 490_000 }, format)?.ok).toBe(false);
    const [said] = whyLines([line('why_limits', true)], heldBy({ limited: true }, TOTALS, format));
    expect(said).toMatchObject({ name: 'Your limits', text: 'a limit of its own, or of a label', ok: false });
  });
  it('leaves out what a later version says', () => {
    expect(whyLines([line('why_of_tomorrow', false), line('toString', false)])).toEqual([]);
  });
});
