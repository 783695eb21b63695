/** What of watch folders the search of the settings finds, and where an address leads. */
import { joined } from '$lib/domain/folders';
import { hasMessage, t, type MessageKey } from '$lib/i18n';

export const RULES = [
  'save_to',
  'labels',
  'added',
  'subfolders',
  'after',
  'bad',
  'how',
  'include',
  'exclude',
] as const;
export type Rule = (typeof RULES)[number];

export type Asked =
  | { readonly kind: 'section' }
  | { readonly kind: 'new' }
  | { readonly kind: 'history'; readonly folder: number | null }
  | { readonly kind: 'folder'; readonly id: number }
  | { readonly kind: 'rule'; readonly rule: Rule };

/** `watch`, `watch:new`, `watch:3`, `watch:history`, `watch:history:3`, `watch:save_to`. */
export function isAsked(key: string): boolean {
  return key === 'watch' || key.startsWith('watch:');
}

export function readAsked(key: string): Asked {
  const [, what = '', id] = key.split(':');
  if (what === 'new') return { kind: 'new' };
  if (what === 'history') return { kind: 'history', folder: id === undefined ? null : Number(id) };
  if (/^\d+$/.test(what)) return { kind: 'folder', id: Number(what) };
  const rule = RULES.find((one) => one === what);
  return rule === undefined ? { kind: 'section' } : { kind: 'rule', rule };
}

export interface Topic {
  /** Where it leads. */
  readonly key: string;
  readonly title: string;
  readonly hint: string;
}

/** Where a rule's own words are, and what else there is to say of it: the choices. */
const WORDS: Readonly<Record<Rule, readonly [title: MessageKey, ...more: MessageKey[]]>> = {
  save_to: ['watch.save_to', 'watch.save_to_default'],
  labels: ['watch.labels'],
  added: ['watch.added', 'watch.added_start', 'watch.added_stop', 'watch.top'],
  subfolders: ['watch.subfolders', 'watch.subfolders_off', 'watch.subfolders_on', 'watch.subfolders_labels'],
  after: [
    'watch.after',
    'watch.after_rename',
    'watch.after_move',
    'watch.after_trash',
    'watch.after_delete',
    'watch.after_keep',
  ],
  bad: ['watch.bad_folder', 'watch.bad_leave', 'watch.bad_move'],
  how: ['watch.how', 'watch.how_auto', 'watch.how_poll', 'watch.how_hint'],
  include: ['watch.include', 'watch.include_hint'],
  exclude: ['watch.exclude', 'watch.exclude_hint'],
};

function topics(paths: readonly (readonly [id: number, path: string])[]): Topic[] {
  const rules = RULES.map((rule) => {
    const [title, ...more] = WORDS[rule];
    const isHint = more.some((key) => key.endsWith('_hint'));
    const parts = more.map((key) => t(key));
    const hint = isHint ? parts.join(' ') : joined(parts);
    return { key: `watch:${rule}`, title: t(title), hint };
  });
  return [
    ...paths.map(([id, path]) => ({ key: `watch:${id}`, title: path, hint: t('watch.rules_of', { path }) })),
    { key: 'watch:new', title: t('watch.another'), hint: t('settings.section_watch_lead') },
    ...rules,
    { key: 'watch:section', title: t('watch.dry'), hint: t('watch.look') },
    { key: 'watch:history', title: t('watch.history'), hint: t('watch.history_older') },
  ];
}

/** Those that have all the words in them, which are lower case; the section's name counts for each. */
export function findTopics(
  words: readonly string[],
  paths: readonly (readonly [id: number, path: string])[],
): Topic[] {
  const section = hasMessage('settings.section_watch') ? t('settings.section_watch') : '';
  return topics(paths).filter(({ title, hint }) => {
    const text = `${section} ${title} ${hint}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
