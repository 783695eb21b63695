/**
 * Which changes of rules wait for somebody to say yes. All others apply at once, as settings do, and are
 * taken back by Undo. These cannot be: they let torrents in that were not meant, or delete files for good.
 */
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';

export type RuleChange = Partial<WatchRulesView>;

const sameLines = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, at) => line === b[at]);

/** Divides a change into what applies at once and what waits. */
export function divide(before: WatchRulesView, change: RuleChange): { now: RuleChange; held: RuleChange } {
  const { path, subfolders, include, exclude, after } = change;
  const waits: Partial<Record<keyof WatchRulesView, boolean>> = {
    path: path !== undefined && path !== before.path,
    // Not looking inside any more takes fewer files; labels only name them.
    subfolders: subfolders !== undefined && subfolders !== 'off' && before.subfolders === 'off',
    include: include !== undefined && !sameLines(include, before.include),
    exclude: exclude !== undefined && !sameLines(exclude, before.exclude),
    after: after?.kind === 'delete' && before.after.kind !== 'delete',
  };
  const pick = (isHeld: boolean): RuleChange =>
    Object.fromEntries(
      Object.entries(change).filter(([key]) => (waits[key as keyof WatchRulesView] ?? false) === isHeld),
    );
  return { now: pick(false), held: pick(true) };
}

/** What waits after a change: what was changed back waits no longer. */
export function hold(before: WatchRulesView, waiting: RuleChange, change: RuleChange): RuleChange {
  const { held } = divide(before, change);
  const others = Object.entries(waiting).filter(([key]) => !(key in change));
  return { ...Object.fromEntries(others), ...held };
}

/** It decides which files are taken, so that there is something to look at before. */
export const takesOthers = (waiting: RuleChange): boolean =>
  Object.keys(waiting).some((key) => key !== 'after');

const PATTERN_MAX = 200;
export const PATTERNS_MAX = 32;

/** One pattern a line. */
export function readPatterns(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Why patterns will not do, as the message for it; null when they do. */
export function patternProblem(patterns: readonly string[]): { key: 'long' | 'many'; max: number } | null {
  if (patterns.length > PATTERNS_MAX) return { key: 'many', max: PATTERNS_MAX };
  const isLong = patterns.some((pattern) => Array.from(pattern).length > PATTERN_MAX);
  return isLong ? { key: 'long', max: PATTERN_MAX } : null;
}
