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

function log(row: TorrentRow): LogEntry[] {
  const entry = (id: number, at: number, tone: LogEntry['tone'], sentence: LogEntry['sentence']) => ({
    id,
    at,
    tone,
    sentence,
  });
  const entries = [
    entry(1, row.added_at, 'neutral', say('log_added_file', { source: `${row.name}.torrent` })),
    entry(2, row.added_at + 2_000, 'neutral', say('log_started')),
  ];
  if (row.completed_at !== null) {
    const seconds = Math.round((row.completed_at - row.added_at) / 1_000);
    const params = { bytes: row.wanted_bytes ?? 0, seconds };
    entries.push(entry(3, row.completed_at, 'good', say('log_finished', params)));
  }
  return entries.reverse();
}

function wave(speed: number, count: number, phase: number): (number | null)[] {
  return Array.from({ length: count }, (_, at) =>
    at < count / 6 ? null : Math.round(speed * (0.8 + 0.2 * Math.sin(at / 9 + phase))),
  );
}

export function historyHandlers(core: HistoryCore): HistoryHandlers {
  return {
    log: ({ hash, before }) => (before === null ? log(core.row(hash)) : []),
    speed_history: ({ hash, span }) => {
      const rows = hash === null ? [...core.rows.values()] : [core.row(hash)];
      const { ms, count } = STEPS[span];
      const [down, up] = [0, 0].map((_, way) =>
        rows.reduce((sum, row) => sum + (way === 0 ? row.down_bps : row.up_bps), 0),
      );
      return {
        step_ms: ms,
        end_at: Date.now(),
        down: wave(down ?? 0, count, 0),
        up: wave(up ?? 0, count, 2),
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
