import { describe, expect, it } from 'vitest';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { row } from '../../test/rows';
import {
  compareRows,
  mergeRows,
  orderBy,
  readOrder,
  SORT_KEYS,
  sortRows,
  toggled,
  type Order,
} from './view-sort';

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const sorted = (order: Order, ...rows: TorrentRow[]): string =>
  sortRows(rows, order, names)
    .map(({ hash }) => hash)
    .join('');

/** The same numbers every time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

function random(count: number, seed: number): TorrentRow[] {
  const roll = dice(seed);
  const words = [
    'Ärger',
    'zebra',
    'Zoë',
    'part 10',
    'Part 2',
    'part 2',
    '日本',
    'éclair',
    'Eclair',
    '-dash',
    '',
  ];
  return Array.from({ length: count }, (_, at) =>
    row(`h${String(at).padStart(6, '0')}`, {
      name: `${words[roll(words.length)] ?? ''} ${String(roll(50))}`,
      wanted_bytes: roll(5) === 0 ? null : roll(9) * 100,
      have_bytes: roll(9),
      down_bps: roll(3),
      up_bps: roll(3),
      eta_s: roll(2) === 0 ? null : roll(100),
      ratio: roll(3) === 0 ? null : roll(10) / 4,
      peers_connected: roll(3),
      labels: roll(2) === 0 ? [] : [words[roll(4)] ?? ''],
      trackers: roll(2) === 0 ? [] : [`${String(roll(4))}.example`],
      added_at: roll(4),
      completed_at: roll(2) === 0 ? null : roll(9),
      active_at: roll(9) * 40_000,
    }),
  );
}

describe('an order', () => {
  it('puts numbers in names where people expect them', () => {
    const rows = [row('a', { name: 'part 10' }), row('b', { name: 'Part 2' })];
    expect(sorted(orderBy('name'), ...rows)).toBe('ba');
    expect(sorted({ by: 'name', desc: true }, ...rows)).toBe('ab');
  });

  it('puts what is unknown or blank last, whichever way round', () => {
    const rows = [
      row('a', { wanted_bytes: null }),
      row('b', { wanted_bytes: 5, have_bytes: 1, down_bps: 9 }),
      row('c', { wanted_bytes: 9, down_bps: 1 }),
    ];
    expect(sorted({ by: 'size', desc: true }, ...rows)).toBe('cba');
    expect(sorted({ by: 'size', desc: false }, ...rows)).toBe('bca');
    expect(sorted({ by: 'down', desc: false }, ...rows)).toBe('cba');
  });

  it('counts activity within a minute as equal, newest added first', () => {
    const older = row('a', { active_at: 59_000, added_at: 1 });
    const newer = row('b', { active_at: 100, added_at: 2 });
    expect(sorted(orderBy('activity'), older, newer)).toBe('ba');
    expect(sorted(orderBy('activity'), { ...older, active_at: 61_000 }, newer)).toBe('ab');
  });

  it.each(SORT_KEYS)('by %s is the same one however it came about', (by) => {
    const rows = random(300, 7);
    for (const desc of [true, false]) {
      const order = { by, desc };
      const all = sortRows(rows, order, names);
      expect(all).toEqual(rows.toSorted(compareRows(order, names)));
      expect(sortRows(rows.toReversed(), order, names)).toEqual(all);
      const moved = rows.filter((_, at) => at % 7 === 3);
      const rest = all.filter((one) => !moved.includes(one));
      expect(mergeRows(rest, moved, order, names)).toEqual(all);
    }
    expect(mergeRows([], rows, orderBy(by), names)).toEqual(sortRows(rows, orderBy(by), names));
  });

  it("is the list's own by rank, the top first", () => {
    const rows = [row('a', { rank: 2 }), row('b', { rank: -1 }), row('c', { rank: 1 })];
    expect(sorted(orderBy('rank'), ...rows)).toBe('bca');
    expect(sorted(toggled(orderBy('rank'), 'rank'), ...rows)).toBe('acb');
  });
  it('is read from what was saved, and nonsense is nothing', () => {
    expect(readOrder({ by: 'size', desc: false })).toEqual({ by: 'size', desc: false });
    expect(readOrder({ by: 'name' })).toEqual({ by: 'name', desc: false });
    for (const nonsense of [null, undefined, 7, 'size', {}, { by: 'colour', desc: true }, []])
      expect(readOrder(nonsense)).toBeNull();
  });

  it('turns round at a second press on its column', () => {
    expect(toggled(orderBy('size'), 'size')).toEqual({ by: 'size', desc: false });
    expect(toggled(orderBy('size'), 'name')).toEqual({ by: 'name', desc: false });
  });
});

describe('10,000 names', () => {
  it('ask the language a few times each and not by the dozen', () => {
    const rows = random(10_000, 3);
    let asked = 0;
    const counting = {
      compare: (a: string, b: string) => {
        asked += 1;
        return names.compare(a, b);
      },
    };
    sortRows(rows, orderBy('name'), counting);
    expect(asked).toBeGreaterThan(5_000);
    expect(asked).toBeLessThan(40_000);
  });
});
