// @vitest-environment node
/**
 * Which rows are the first is also decided before there is a page, by `crates/api/src/glance.rs`. What it is
 * compared with is written here. A file that was out of date is written anew, and the test fails once.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Status } from '$lib/backend/generated/Status';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { SORT_KEYS, sortRows } from '$lib/domain/view-sort';
import { row } from './rows';

const FILE = '../crates/api/src/glance/orders.json';
const ROWS = 130;
const STATUS: readonly Status[] = [
  'attention',
  'choosing',
  'fetching_metadata',
  'downloading',
  'checking',
  'waiting',
  'seeding',
  'finished',
  'stopped',
];

/** Numbers that look picked at random and are the same each time. */
function* numbers(): Generator<number, never> {
  for (let n = 1; ; n = (n * 48_271) % 2_147_483_647) yield n;
}

function madeUp(next: () => number, at: number): TorrentRow {
  const some = (below: number): number => next() % below;
  const perhaps = (below: number): number | null => (some(3) === 0 ? null : some(below));
  const wanted = perhaps(4);
  return row(`${at.toString(16).padStart(2, '0')}${some(256).toString(16).padStart(2, '0')}`, {
    status: STATUS[some(STATUS.length)] ?? 'stopped',
    wanted_bytes: wanted,
    have_bytes: some((wanted ?? 0) + 1),
    down_bps: some(5),
    up_bps: some(5),
    eta_s: perhaps(5),
    ratio: some(3) === 0 ? null : some(7) / 4,
    peers_connected: some(4),
    downloaded_bytes: some(4),
    uploaded_bytes: some(4),
    added_at: 1_700_000_000_000 + some(40),
    completed_at: perhaps(6),
    active_at: 1_700_000_000_000 + some(300_000),
    rank: at * (some(2) === 0 ? -1 : 1),
    labels: some(4) === 0 ? ['Films'] : [],
    trackers: some(4) === 0 ? ['example.org'] : [],
  });
}

it('the first rows are the same wherever they are chosen', () => {
  const random = numbers();
  const rows = Array.from({ length: ROWS }, (_, at) => madeUp(() => random.next().value, at));
  const names = new Intl.Collator('en', { numeric: true });
  const orders = SORT_KEYS.flatMap((by) =>
    [true, false].map((desc) => [{ by, desc }, sortRows(rows, { by, desc }, names).map(({ hash }) => hash)]),
  );
  const lines = (all: readonly unknown[]): string => all.map((each) => JSON.stringify(each)).join(',\n');
  const text = `{"rows": [\n${lines(rows)}\n], "orders": [\n${lines(orders)}\n]}\n`;
  const isWritten = existsSync(FILE) && readFileSync(FILE, 'utf8') === text;
  if (!isWritten) writeFileSync(FILE, text);
  expect(isWritten, `${FILE} was out of date; it is written anew`).toBe(true);
});
