/** The rules of a folder with those that wait for somebody to say yes, as they are set. */
import type { AppContext } from '$lib/app.svelte';
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';
import { refusalText } from '$lib/refusal';
import { divide, hold, takesOthers, type RuleChange } from './held';
import { rulesRefusal } from './refused';
import { Turns } from './turns';

export class WaitingRules {
  readonly #app: AppContext;
  readonly #folder: () => WatchFolderView;
  readonly #turns = new Turns();
  #waiting = $state.raw<RuleChange>({});
  readonly rules = $derived.by<WatchRulesView>(() => ({ ...this.#folder().rules, ...this.#waiting }));

  constructor(app: AppContext, folder: () => WatchFolderView) {
    this.#app = app;
    this.#folder = folder;
  }

  get waiting(): RuleChange {
    return this.#waiting;
  }

  /** Takes rules when they would do; resolves with why they will not. */
  async save(change: RuleChange): Promise<string> {
    const turn = this.#turns.begin();
    const { id, rules } = this.#folder();
    if (takesOthers(divide(rules, change).held)) {
      const refusal = await rulesRefusal(this.#app, id, { ...rules, ...hold(rules, this.#waiting, change) });
      if (refusal !== '') return refusal;
    }
    // Others may have been set, or apply by now, while these were looked at.
    const before = this.#folder().rules;
    const left = this.#turns.take(turn, change);
    this.#waiting = hold(before, this.#waiting, left);
    const { now } = divide(before, left);
    if (Object.keys(now).length === 0) return '';
    try {
      await this.#app.watch.change(id, now);
      return '';
    } catch (thrown) {
      return refusalText(thrown);
    }
  }

  /** Those that wait apply. What is set meanwhile goes on waiting. Rejects with the refusal. */
  async apply(): Promise<void> {
    const sent = this.#waiting;
    await this.#app.watch.change(this.#folder().id, sent);
    const left = Object.entries(this.#waiting).filter(
      ([rule, value]) => sent[rule as keyof RuleChange] !== value,
    );
    this.#waiting = Object.fromEntries(left);
  }

  discard(): void {
    this.#waiting = {};
  }
}
