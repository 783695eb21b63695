/** How urgently a file is wanted, as the commands name it. */
export const PRIORITIES = ['high', 'normal', 'low', 'skip'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** In a byte a file, for tens of thousands of them. */
const CODES: Readonly<Record<Exclude<Priority, 'skip'>, number>> = { normal: 0, high: 1, low: 2 };
const NAMES = ['normal', 'high', 'low'] as const;

export function priorityCode(priority: Priority): number {
  return priority === 'skip' ? CODES.normal : CODES[priority];
}
export function priorityName(code: number): Exclude<Priority, 'skip'> {
  return NAMES[code] ?? 'normal';
}
