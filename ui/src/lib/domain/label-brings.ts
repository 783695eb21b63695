/** What labels say of how a torrent is added, as the core decides it. */
import type { LabelDefaults } from '$lib/backend/generated/LabelDefaults';
import type { LabelView } from '$lib/backend/generated/LabelView';
import { parentsOf } from './label-tree';

/** A value, and the label that says so. */
export interface Brought<T> {
  readonly value: T;
  readonly label: string;
}

/** What is null no label says. */
export interface Brings {
  /** The folder that it is saved to. */
  readonly folder: Brought<string> | null;
  readonly start: Brought<boolean> | null;
}

/** What the first of these labels that says anything says, each before the ones it is below. */
export function bringsOf(names: readonly string[], labels: readonly LabelView[]): Brings {
  const known = new Map(labels.map(({ name, defaults }) => [name, defaults]));
  const order = names.flatMap((name) => [name, ...parentsOf(name)]);
  function first<T>(of: (defaults: LabelDefaults) => T | null): Brought<T> | null {
    for (const label of order) {
      const defaults = known.get(label);
      const value = defaults === undefined ? null : of(defaults);
      if (value !== null) return { value, label };
    }
    return null;
  }
  return { folder: first(({ save_path: path }) => path), start: first(({ start }) => start) };
}
