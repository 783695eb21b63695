/**
 * What the command palette finds: everything that can be done right now, pages and settings, filters
 * and labels, and torrents by their names. Ranks only; what is done then is told by each item itself.
 */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { fold } from '$lib/domain/fold';
import { fuzzyScore, fuzzyWords } from '$lib/domain/fuzzy';
import type { IconName } from '$lib/icons';

export const KINDS = ['recent', 'action', 'filter', 'setting', 'torrent'] as const;
export type Kind = (typeof KINDS)[number];

export interface PaletteItem {
  /** Unique, and the same the next time: what was used is remembered by it. */
  readonly id: string;
  readonly kind: Exclude<Kind, 'recent'>;
  readonly text: string;
  /** Found by these words as well, though less well. */
  readonly also?: string;
  readonly icon?: IconName | null;
  readonly hue?: number | undefined;
  readonly keys?: string;
  readonly checked?: boolean | 'mixed' | undefined;
  run(): void | Promise<void>;
}

export interface PaletteGroup {
  readonly kind: Kind;
  readonly items: readonly PaletteItem[];
}

/** Of each kind; what comes behind is better asked for by another letter. */
const SHOWN_MAX = { action: 8, filter: 6, setting: 6, torrent: 6 } as const;
/** What is rather meant, when the words fit alike: the search field is for torrents. */
const WEIGHT = { action: 25, filter: 15, setting: 8, torrent: 0 } as const;
const RECENT_MAX = 5;
/** Between two that answer nearly alike. */
const RECENT_BONUS = 5;
/** How much less a word counts that is not in the title. */
const ALSO = 0.6;

/** Without a question: what was used last, then what can be done. */
export function suggested(items: readonly PaletteItem[], recent: readonly string[]): PaletteGroup[] {
  const known = new Map(items.map((item) => [item.id, item]));
  const used = recent.flatMap((id) => known.get(id) ?? []).slice(0, RECENT_MAX);
  const rest = items.filter((item) => item.kind === 'action' && !used.includes(item));
  return groups([
    ['recent', used],
    ['action', rest],
  ]);
}

/** Best first, in every kind and among the kinds. What was used lately wins over its equals. */
export function found(
  question: string,
  items: readonly PaletteItem[],
  torrents: readonly TorrentRow[],
  toItem: (row: TorrentRow) => PaletteItem,
  recent: readonly string[],
): PaletteGroup[] {
  const words = fuzzyWords(question);
  const byKind = new Map<Kind, Scored[]>(KINDS.map((kind) => [kind, []]));
  for (const item of items) {
    const fits = itemScore(words, item);
    if (fits <= 0) continue;
    const score = fits + WEIGHT[item.kind] + (recent.includes(item.id) ? RECENT_BONUS : 0);
    byKind.get(item.kind)?.push({ item, score });
  }
  byKind.set('torrent', torrentsByName(words, torrents, toItem));
  const ranked = [...byKind].map(([kind, scored]) => {
    scored.sort((a, b) => b.score - a.score);
    return { kind, scored };
  });
  ranked.sort((a, b) => (b.scored[0]?.score ?? 0) - (a.scored[0]?.score ?? 0));
  return groups(
    ranked.map(({ kind, scored }) => [
      kind,
      scored.slice(0, kind === 'recent' ? 0 : SHOWN_MAX[kind]).map(({ item }) => item),
    ]),
  );
}

interface Scored {
  readonly item: PaletteItem;
  readonly score: number;
}

function itemScore(words: readonly string[], { text, also }: PaletteItem): number {
  const score = fuzzyScore(words, fold(text));
  if (score > 0 || also === undefined) return score;
  return fuzzyScore(words, `${fold(text)} ${fold(also)}`, false) * ALSO;
}

// Rows are replaced, never changed, so what is derived from one can be kept with it.
const foldedNames = new WeakMap<TorrentRow, string>();

/** Thousands of names: scattered letters are of no use among them. */
function torrentsByName(
  words: readonly string[],
  torrents: readonly TorrentRow[],
  toItem: (row: TorrentRow) => PaletteItem,
): Scored[] {
  const hits: { row: TorrentRow; score: number }[] = [];
  for (const row of torrents) {
    let name = foldedNames.get(row);
    if (name === undefined) {
      name = fold(row.name);
      foldedNames.set(row, name);
    }
    const score = fuzzyScore(words, name, false);
    if (score > 0) hits.push({ row, score });
  }
  hits.sort((a, b) => b.score - a.score);
  return hits.slice(0, SHOWN_MAX.torrent).map(({ row, score }) => ({ item: toItem(row), score }));
}

function groups(all: readonly (readonly [Kind, readonly PaletteItem[]])[]): PaletteGroup[] {
  return all.filter(([, items]) => items.length > 0).map(([kind, items]) => ({ kind, items }));
}

/** What is remembered after one more was used. */
export function withRecent(recent: readonly string[], id: string): string[] {
  return [id, ...recent.filter((other) => other !== id)].slice(0, 2 * RECENT_MAX);
}

export function readRecent(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string').slice(0, 2 * RECENT_MAX) : [];
}
