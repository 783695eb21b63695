/**
 * What is chosen and typed about limits and goals, of torrents or of a label. It says what of it is another
 * than it was, and what cannot be read.
 */
import { amountOf, rangeWords, readAmount, type Amount } from '$components/settings/amounts';
import type { LimitView } from '$lib/backend/generated/LimitView';
import type { RulesView } from '$lib/backend/generated/RulesView';
import type { SharedRules } from '$lib/backend/generated/SharedRules';
import type { ThenView } from '$lib/backend/generated/ThenView';
import { GOAL_FIELDS, isSpeed, SPEED_FIELDS, type LimitField } from '$lib/domain/rules';

export type Choice = LimitView['type'] | 'differ';
export type ThenChoice = ThenView | 'differ';
type Mutable<T> = { -readonly [K in keyof T]?: T[K] };
export type RulesChange = Mutable<RulesView>;

interface Entry {
  readonly choice: Choice;
  /** As typed, in the unit of its field. */
  readonly text: string;
}

const FIELDS: readonly LimitField[] = [...SPEED_FIELDS, ...GOAL_FIELDS];
const KBPS = 1_000;
/** What a field holds when somebody asks for a value and there was none. */
const FIRST: Readonly<Record<LimitField, number>> = {
  down: 1_000,
  up: 200,
  ratio_percent: 200,
  seed_minutes: 2_880,
  idle_minutes: 1_440,
};

interface Range {
  readonly min: number;
  readonly max: number;
  readonly amount: Amount;
}

export function rangeOf(field: LimitField): Range {
  if (isSpeed(field)) {
    return { min: 17, max: 1_000_000, amount: { unit: 'settings.unit_kbps' } };
  }
  const { unit, scale, seconds } = amountOf(`goals.${field}`);
  const amount = {
    ...(unit === undefined ? {} : { unit }),
    ...(scale === undefined ? {} : { scale }),
    ...(seconds === undefined ? {} : { seconds }),
  };
  return { min: 1, max: field === 'ratio_percent' ? 100_000 : 525_600, amount };
}

/** In the unit that is typed: a speed in kB/s, a ratio as such. */
const typedOf = (field: LimitField, value: number): string =>
  String(isSpeed(field) ? Math.round(value / KBPS) : value / (rangeOf(field).amount.scale ?? 1));

function entryOf(field: LimitField, limit: LimitView | null): Entry {
  if (limit === null) return { choice: 'differ', text: '' };
  return { choice: limit.type, text: limit.type === 'value' ? typedOf(field, limit.value) : '' };
}

export class RuleForm {
  readonly #own: SharedRules;
  #entries = $state.raw<Readonly<Record<LimitField, Entry>>>({} as Record<LimitField, Entry>);
  #then = $state<ThenChoice>('inherit');

  constructor(own: SharedRules) {
    this.#own = own;
    const entries = FIELDS.map((field) => [field, entryOf(field, own[field])]);
    this.#entries = Object.fromEntries(entries) as Record<LimitField, Entry>;
    this.#then = own.then ?? 'differ';
  }

  choice(field: LimitField): Choice {
    return this.#entries[field].choice;
  }
  text(field: LimitField): string {
    return this.#entries[field].text;
  }
  get then(): ThenChoice {
    return this.#then;
  }
  set then(then: ThenChoice) {
    this.#then = then;
  }

  /** Whether they are different ones, which may be left so. */
  differs(field: LimitField | 'then'): boolean {
    return this.#own[field] === null;
  }

  choose(field: LimitField, choice: Choice): void {
    const { text } = this.#entries[field];
    const { amount } = rangeOf(field);
    const first = String(FIRST[field] / (amount.scale ?? 1));
    const typed = choice === 'value' && text === '' ? first : text;
    this.#entries = { ...this.#entries, [field]: { choice, text: typed } };
  }

  type(field: LimitField, text: string): void {
    this.#entries = { ...this.#entries, [field]: { choice: 'value', text } };
  }

  /** What is wrong with a field; empty when nothing is. */
  problem(field: LimitField): string {
    const { min, max, amount } = rangeOf(field);
    return this.choice(field) === 'value' && this.#read(field) === null ? rangeWords(min, max, amount) : '';
  }

  get isSound(): boolean {
    return FIELDS.every((field) => this.problem(field) === '');
  }

  /** Only what is another than it was. */
  get change(): RulesChange {
    const change: RulesChange = {};
    for (const field of FIELDS) {
      const limit = this.#limit(field);
      if (limit !== null && JSON.stringify(limit) !== JSON.stringify(this.#own[field])) change[field] = limit;
    }
    if (this.#then !== 'differ' && this.#then !== this.#own.then) change.then = this.#then;
    return change;
  }

  #limit(field: LimitField): LimitView | null {
    const { choice } = this.#entries[field];
    if (choice === 'differ') return null;
    if (choice !== 'value') return { type: choice };
    const value = this.#read(field);
    return value === null ? null : { type: 'value', value };
  }

  #read(field: LimitField): number | null {
    const { min, max, amount } = rangeOf(field);
    const value = readAmount(this.text(field), min, max, amount);
    if (value === null || !isSpeed(field)) return value;
    const own = this.#own[field];
    // What was set to the byte by others stays so as long as nobody types another number.
    if (own?.type === 'value' && typedOf(field, own.value) === this.text(field).trim()) return own.value;
    return value * KBPS;
  }
}
