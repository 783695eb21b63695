/** The entries of a log as they are shown: newest first, each once, under the day they belong to. */
import type { LogEntry } from '$lib/backend/generated/LogEntry';

/** As many as one answer holds: fewer mean that there are no older ones. */
export const PAGE = 200;

/** Joins what is known with an answer, whichever is newer. */
export function merge(known: readonly LogEntry[], answer: readonly LogEntry[]): readonly LogEntry[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = answer.filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((a, b) => b.id - a.id);
}

export interface Day {
  /** Milliseconds since the epoch of its newest entry. */
  readonly at: number;
  readonly entries: readonly LogEntry[];
}

export function daysOf(entries: readonly LogEntry[]): Day[] {
  const days: { key: string; at: number; entries: LogEntry[] }[] = [];
  for (const entry of entries) {
    const key = new Date(entry.at).toDateString();
    const last = days.at(-1);
    if (last?.key === key) last.entries.push(entry);
    else days.push({ key, at: entry.at, entries: [entry] });
  }
  return days;
}
