/** Amounts per day, for a chart: every day of a time, also those on which nothing happened. */
import type { DayView } from '$lib/backend/generated/DayView';

const DAY_MS = 86_400_000;

export interface DayAmounts {
  /** Noon of that day here, so that no clock change makes another day of it. */
  readonly at: number;
  /** `2026-11-21` */
  readonly day: string;
  readonly down: number;
  readonly up: number;
}

/** The date as it is here. */
export function dateOf(ms: number): string {
  const date = new Date(ms);
  const digits = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`;
}

/** The last `count` days up to today, oldest first; "today" is Shoal's, should that be later. */
export function lastDays(days: readonly DayView[], count: number, today: string): DayAmounts[] {
  const amounts = new Map(days.map((view) => [view.day, view]));
  const last = days.at(-1)?.day ?? today;
  const end = Date.parse(last > today ? last : today);
  return Array.from({ length: count }, (_, at) => {
    const day = new Date(end - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    const view = amounts.get(day);
    return {
      at: new Date(`${day}T12:00:00`).getTime(),
      day,
      down: view?.downloaded_bytes ?? 0,
      up: view?.uploaded_bytes ?? 0,
    };
  });
}

export interface DaySums {
  readonly down: number;
  readonly up: number;
  /** The most of either on one day. */
  readonly most: number;
}

export function sumsOf(days: readonly DayAmounts[]): DaySums {
  let [down, up, most] = [0, 0, 0];
  for (const day of days) {
    down += day.down;
    up += day.up;
    most = Math.max(most, day.down, day.up);
  }
  return { down, up, most };
}

/** Of a bar on a chart this high. What is little beside the most is seen all the same. */
export function barHeight(amount: number, most: number, height: number): number {
  if (amount <= 0 || most <= 0) return 0;
  return Math.max(1, (amount / most) * height);
}
