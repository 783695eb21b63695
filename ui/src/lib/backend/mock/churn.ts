/**
 * For `./x bench` only: so many rows of the made-up list change at once, and what that costs the window
 * is kept as a measure of the page's own timeline. Must not touch what the window does with them.
 */
import type { Event } from '../generated/Event';
import type { TorrentRow } from '../generated/TorrentRow';

/** Name of the measures, with the type of the event: from its arrival to the new layout, without painting. */
const MEASURE = 'shoal-';

/** Takes the next `count` rows of the list in turn and gives each other numbers. */
export class Churn {
  #at = 0;
  #round = 0;

  constructor(private readonly count: number) {}

  next(rows: readonly TorrentRow[]): TorrentRow[] {
    this.#round += 1;
    return Array.from({ length: Math.min(this.count, rows.length) }, () => {
      const row = rows[this.#at % rows.length]!;
      this.#at += 1;
      // 7 and 13 only spread the numbers: two rounds never give a row the same ones.
      const pace = 10_000 + ((this.#at * 7 + this.#round * 13) % 900) * 1_000;
      return { ...row, down_bps: pace, up_bps: Math.round(pace / 3), active_at: row.active_at + 1_000 };
    });
  }
}

/** Delivers an event as a transport does, and measures until the page has laid out what came of it. */
export async function deliverMeasured(event: Event, listener: (event: Event) => void): Promise<void> {
  const text = JSON.stringify(event);
  const start = performance.now();
  listener(JSON.parse(text) as Event);
  // Svelte flushes in a microtask of its own, made while the event was delivered.
  await new Promise<void>((resolve) => queueMicrotask(resolve));
  document.body.getBoundingClientRect();
  performance.measure(MEASURE + event.type, { start, end: performance.now() });
}
