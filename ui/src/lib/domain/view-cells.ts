/** What the cells of the compact list say. Zero and unknown values are blank. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { hasMessage, t } from '$lib/i18n';
import type { Formatter } from './format';
import { isMoving, laneOf, progressName, stateName } from './phase';
import { isComplete } from './view';
import type { ColumnId } from './view-columns';

/** Below it a ratio reads 0.00. */
const RATIO_LEAST = 0.005;

const amount = (bytes: number, format: Formatter): string => (bytes > 0 ? format.size(bytes) : '');

/** `31 / 74`: those that send something, of those that are connected. */
function peersText(
  { peers_sending: sending, peers_connected: connected }: TorrentRow,
  format: Formatter,
): string {
  if (connected === 0) return '';
  const all = format.count(connected);
  return sending > 0 ? `${format.count(sending)} / ${all}` : all;
}

type Words = (row: TorrentRow, format: Formatter) => string;

const TEXTS: Readonly<Record<Exclude<ColumnId, 'name' | 'progress' | 'status' | 'rank'>, Words>> = {
  size: (row, format) => format.size(row.wanted_bytes),
  down: (row, format) => format.speed(row.down_bps),
  up: (row, format) => format.speed(row.up_bps),
  eta: (row, format) => format.duration(row.eta_s),
  ratio: ({ ratio }, format) => (ratio === null || ratio < RATIO_LEAST ? '' : format.ratio(ratio)),
  peers: peersText,
  added: (row, format) => format.date(row.added_at),
  label: (row) => row.labels.join(', '),
  downloaded: (row, format) => amount(row.downloaded_bytes, format),
  uploaded: (row, format) => amount(row.uploaded_bytes, format),
  completed: (row, format) => format.date(row.completed_at),
  activity: (row, format) => format.date(row.active_at),
  path: (row) => row.lies_in ?? row.save_path,
  tracker: (row) => row.trackers.join(', '),
  hash: (row) => row.hash,
};

/** Columns whose text may be longer than any width: the whole of it has to be within reach. */
export const LONG: ReadonlySet<ColumnId> = new Set(['label', 'path', 'tracker', 'hash']);

export function cellText(id: keyof typeof TEXTS, row: TorrentRow, format: Formatter): string {
  return TEXTS[id](row, format);
}

/** Beside the lane; blank where the lane claims none, and when all is there and nothing is looked at or moved. */
export function shareText(row: TorrentRow, format: Formatter): string {
  const isDone = isComplete(row) && row.status !== 'checking' && !isMoving(row);
  return isDone || laneOf(row, format).value === null ? '' : progressName(row, format);
}

/** States whose name alone says little of what goes on. */
const SAYS_MORE: ReadonlySet<TorrentRow['status']> = new Set([
  'attention',
  'checking',
  'choosing',
  'downloading',
]);

/** The state in two or three words: what stands in the way, where something does. */
export function shortState(row: TorrentRow): string {
  const key = `list.short_${row.sentence.code}`;
  return (SAYS_MORE.has(row.status) || isMoving(row)) && hasMessage(key) ? t(key) : stateName(row);
}
