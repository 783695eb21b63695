/** Changes that are on their way at the same time: of two of the same rule the one that was made last wins. */
import type { RuleChange } from './held';

export class Turns {
  #last = 0;
  readonly #taken = new Map<string, number>();

  /** A change begins. */
  begin(): number {
    return (this.#last += 1);
  }

  /** What is left of a change that was looked at: a later one of the same rule may have been faster. */
  take(turn: number, change: RuleChange): RuleChange {
    const left = Object.entries(change).filter(([rule]) => (this.#taken.get(rule) ?? 0) < turn);
    for (const [rule] of left) this.#taken.set(rule, turn);
    return Object.fromEntries(left);
  }
}
