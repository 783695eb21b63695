/** The rules of a folder that is to be watched, as they are set: what is refused is not taken. */
import type { AppContext } from '$lib/app.svelte';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';
import { firstRules } from '$lib/domain/watch';
import { t } from '$lib/i18n';
import { refusalText } from '$lib/refusal';
import type { RuleChange } from './held';
import { Turns } from './turns';

export class NewRules {
  readonly #app: Pick<AppContext, 'backend'>;
  readonly #turns = new Turns();
  readonly #running = new Set<Promise<string>>();
  #refused = 0;
  #rules = $state.raw<WatchRulesView>(firstRules(''));
  #added = $state<number | null>(null);

  constructor(app: Pick<AppContext, 'backend'>) {
    this.#app = app;
  }

  get rules(): WatchRulesView {
    return this.#rules;
  }
  /** How many torrents these rules would add; null while that is not known. */
  get added(): number | null {
    return this.#added;
  }

  /** Takes rules when they would do; resolves with why they will not. */
  save(change: RuleChange): Promise<string> {
    return this.#follow(this.#check(this.#turns.begin(), change));
  }

  savePath(path: string): Promise<string> {
    return this.#follow(this.#checkPath(this.#turns.begin(), path));
  }

  /** Nothing is on its way any more; false when something of it was refused. */
  async settled(): Promise<boolean> {
    const refused = this.#refused;
    while (this.#running.size > 0) await Promise.all(this.#running);
    return this.#refused === refused;
  }

  #follow(saving: Promise<string>): Promise<string> {
    const followed = saving.then((refusal) => {
      this.#running.delete(followed);
      if (refusal !== '') this.#refused += 1;
      return refusal;
    });
    this.#running.add(followed);
    return followed;
  }

  async #checkPath(turn: number, path: string): Promise<string> {
    if (path === '') return t('watch.path_empty');
    const info = await this.#app.backend.call('folder_info', { path }).catch(() => null);
    return this.#check(turn, { path: info?.path ?? path });
  }

  async #check(turn: number, change: RuleChange): Promise<string> {
    const before = this.#rules;
    const rules = { ...before, ...change };
    if (rules.path === '') {
      this.#take(turn, change);
      return '';
    }
    let added: number;
    try {
      added = (await this.#app.backend.call('watch_dry_run', { id: null, rules })).would_add;
    } catch (thrown) {
      return refusalText(thrown);
    }
    const isAlone = this.#rules === before;
    this.#take(turn, change);
    if (isAlone) this.#added = added;
    else void this.#count();
    return '';
  }

  /** Into what they are now: others may have been set while these were looked at. */
  #take(turn: number, change: RuleChange): void {
    this.#rules = { ...this.#rules, ...this.#turns.take(turn, change) };
  }

  /** The rules came together from several changes: none of their answers is about all of them. */
  async #count(): Promise<void> {
    this.#added = null;
    const rules = this.#rules;
    if (rules.path === '') return;
    const answer = await this.#app.backend.call('watch_dry_run', { id: null, rules }).catch(() => null);
    if (this.#rules === rules) this.#added = answer?.would_add ?? null;
  }
}
