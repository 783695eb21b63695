/** The commands about what was, as the core would answer them. */
import type { Commands } from '../generated/Commands';
import type { LogEntry } from '../generated/LogEntry';
import type { SpeedSpan } from '../generated/SpeedSpan';
import type { TorrentRow } from '../generated/TorrentRow';
import { say } from './rows';

const STEPS: Readonly<Record<SpeedSpan, { readonly ms: number; readonly count: number }>> = {
  minute: { ms: 1_000, count: 60 },
  ten_minutes: { ms: 1_000, count: 600 },
  hour: { ms: 10_000, count: 360 },
  day: { ms: 120_000, count: 720 },
};
const DAY_MS = 86_400_000;

/** What these commands need of the mock. */
export interface HistoryCore {
  readonly rows: ReadonlyMap<string, TorrentRow>;
  row(hash: string): TorrentRow;
}

type Names = 'log' | 'speed_history' | 'statistics';

export type HistoryHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

type Happened = readonly [after: number, tone: LogEntry['tone'], sentence: LogEntry['sentence']];
const MINUTE_MS = 60_000;

/** What happens to most torrents, newest first; a downloading one has had its troubles, too. */
function log(row: TorrentRow): LogEntry[] {
  const size = row.wanted_bytes ?? 0;
  const happened: Happened[] = [
    [0, 'neutral', say('log_added_file', { source: `${row.name}.torrent` })],
    [2_000, 'neutral', say('log_started')],
  ];
  if (row.status === 'downloading') {
    happened.push(
      [
        5 * MINUTE_MS,
        'neutral',
        say('log_files_chosen', { n: (row.file_count ?? 2) - 1, total: row.file_count ?? 2 }),
      ],
      [
        40 * MINUTE_MS,
        'bad',
        say('log_trouble', { code: 'disk_full', needed_bytes: 3.1e9, volume: '/home' }),
      ],
      [52 * MINUTE_MS, 'good', say('log_recovered')],
      [90 * MINUTE_MS, 'neutral', say('log_moved', { from: '/home/ada/Downloads', to: '/home/ada/Films' })],
      [4 * 60 * MINUTE_MS, 'neutral', say('log_check_started')],
      [4.1 * 60 * MINUTE_MS, 'warn', say('log_checked', { good: row.have_bytes, total: size })],
      [4.2 * 60 * MINUTE_MS, 'neutral', say('log_labels', { labels: row.labels.join(', ') })],
    );
  }
  if (row.completed_at !== null) {
    const after = row.completed_at - row.added_at;
    happened.push([after, 'good', say('log_finished', { bytes: size, seconds: Math.round(after / 1_000) })]);
  }
  const entries = happened.map(([after, tone, sentence], at) => ({
    id: at + 1,
    at: row.added_at + after,
    tone,
    sentence,
  }));
  return entries.reverse();
}

/** Steps between ups and downs, the same for the same time of day, with a gap where nobody looked. */
function wave(
  speed: number,
  { ms, count }: { ms: number; count: number },
  end: number,
  way: number,
): (number | null)[] {
  const last = Math.floor(end / ms);
  return Array.from({ length: count }, (_, at) => {
    if (at < count / 6) return null;
    const step = last - count + at;
    const slow = 0.75 + 0.2 * Math.sin(step / 19 + way) + 0.1 * Math.sin(step / 47);
    const noise = ((Math.imul(step + way, 2_654_435_761) >>> 16) & 0xff) / 0xff;
    return Math.max(0, Math.round(speed * (slow + 0.14 * noise)));
  });
}

export function historyHandlers(core: HistoryCore): HistoryHandlers {
  return {
    log: ({ hash, before }) => (before === null ? log(core.row(hash)) : []),
    speed_history: ({ hash, span }) => {
      const rows = hash === null ? [...core.rows.values()] : [core.row(hash)];
      const { ms } = STEPS[span];
      const end = Math.floor(Date.now() / ms) * ms;
      const [down, up] = [0, 0].map((_, way) =>
        rows.reduce((sum, row) => sum + (way === 0 ? row.down_bps : row.up_bps), 0),
      );
      return {
        step_ms: ms,
        end_at: end,
        down: wave(down ?? 0, STEPS[span], end, 0),
        up: wave(up ?? 0, STEPS[span], end, 2),
      };
    },
    statistics: () => {
      const now = Date.now();
      const days = Array.from({ length: 30 }, (_, at) => ({
        day: new Date(now - (29 - at) * DAY_MS).toISOString().slice(0, 10),
        downloaded_bytes: ((at * 7) % 11) * 2_100_000_000,
        uploaded_bytes: ((at * 5) % 13) * 900_000_000,
      }));
      const sum = (of: (day: (typeof days)[number]) => number): number =>
        days.reduce((all, day) => all + of(day), 0);
      return {
        session: {
          since: now - 5 * 3_600_000,
          downloaded_bytes: 12_400_000_000,
          uploaded_bytes: 7_300_000_000,
          running_s: 5 * 3_600,
          finished: 3,
        },
        all_time: {
          since: now - 30 * DAY_MS,
          downloaded_bytes: sum((day) => day.downloaded_bytes),
          uploaded_bytes: sum((day) => day.uploaded_bytes),
          running_s: 410 * 3_600,
          finished: 214,
        },
        days,
      };
    },
  };
}
