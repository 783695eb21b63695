/** The page of shortcuts: what the registry knows, and the keys that are no actions, by where they act. */
import { existsOn, shortcutKeys, type Shortcut } from '$lib/actions/shortcut';
import type { Action } from '$lib/actions/registry';
import { fold } from '$lib/domain/fold';
import { t, type MessageKey } from '$lib/i18n';
import { FIXED_KEYS, type KeyArea } from './fixed-keys';

export interface KeyLine {
  readonly text: string;
  /** Combinations that do the same, each of keys held together. */
  readonly keys: readonly (readonly string[])[];
}
export interface KeySection {
  readonly area: KeyArea;
  readonly title: string;
  readonly lines: readonly KeyLine[];
}

const TITLES: Readonly<Record<KeyArea, MessageKey>> = {
  list: 'common.shortcuts_list',
  details: 'actions.shortcuts_details',
  anywhere: 'common.shortcuts_anywhere',
};
const AROUND = new Set(['add', 'window', 'steps', 'help']);

export function keySections<App>(
  actions: readonly Action<App>[],
  platform: string,
  question: string,
): KeySection[] {
  const keys = (shortcuts: readonly Shortcut[]): string[][] =>
    shortcuts
      .filter((shortcut) => existsOn(shortcut, platform))
      .map((shortcut) => shortcutKeys(shortcut, platform));
  const lines = [
    ...FIXED_KEYS.map((fixed) => ({ area: fixed.area, text: t(fixed.text), keys: keys(fixed.keys) })),
    ...actions.map(({ group, title, shortcuts }) => ({
      area: AROUND.has(group) ? ('anywhere' as const) : ('list' as const),
      text: t(title),
      keys: keys(shortcuts),
    })),
  ].filter((line) => line.keys.length > 0 && answers(line, question));
  return (['list', 'details', 'anywhere'] as const)
    .map((area) => ({ area, title: t(TITLES[area]), lines: lines.filter((line) => line.area === area) }))
    .filter((section) => section.lines.length > 0);
}

/** By what it does or by its keys: `ctrl z` as well as `undo`. */
function answers({ text, keys }: KeyLine, question: string): boolean {
  const all = fold(`${text} ${keys.map((held) => held.join(' ')).join(' ')}`);
  return fold(question)
    .split(/[\s+]+/)
    .every((word) => all.includes(word));
}
