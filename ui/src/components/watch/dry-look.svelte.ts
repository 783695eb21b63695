/** What rules would do, asked anew whenever they are other ones. Made while a component is. */
import { untrack } from 'svelte';
import type { AppContext } from '$lib/app.svelte';
import type { WatchDryRun } from '$lib/backend/generated/WatchDryRun';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';
import { refusalText } from '$lib/refusal';

export class DryLook {
  /** The last answer; null before the first, and when they were refused. */
  run = $state.raw<WatchDryRun | null>(null);
  /** Why they were refused, here or when they were applied; empty when they were not. */
  problem = $state('');
  isAsking = $state(false);
  readonly #app: AppContext;
  readonly #what: () => { id: number | null; rules: WatchRulesView };
  #turn = 0;

  constructor(app: AppContext, what: () => { id: number | null; rules: WatchRulesView }) {
    this.#app = app;
    this.#what = what;
    // They come anew with all that is told of the folder.
    const asked = $derived(JSON.stringify(what().rules));
    $effect(() => {
      void asked;
      untrack(() => void this.look());
    });
  }

  async look(): Promise<void> {
    const mine = ++this.#turn;
    this.isAsking = true;
    let run: WatchDryRun | null = null;
    let problem = '';
    try {
      run = await this.#app.backend.call('watch_dry_run', this.#what());
    } catch (thrown) {
      problem = refusalText(thrown);
    }
    if (mine !== this.#turn) return;
    [this.run, this.problem, this.isAsking] = [run, problem, false];
  }
}
