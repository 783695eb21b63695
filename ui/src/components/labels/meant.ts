/** Which of the labels that were found Enter is about. */
import { fold, folded } from '$lib/domain/fold';

/** The one that is called like that; null when the name is only a part of others. */
export function called<Label extends { readonly name: string }>(
  found: readonly Label[],
  name: string,
): Label | null {
  const sought = fold(name);
  const exact = found.find((label) => label.name === name);
  return exact ?? found.find((label) => folded(label.name) === sought) ?? null;
}
