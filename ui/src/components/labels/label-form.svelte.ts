/** Everything about a label that can be said in its dialog, as it is typed. */
import { RuleForm } from '$components/queue/rule-form.svelte';
import type { LabelDefaults } from '$lib/backend/generated/LabelDefaults';
import type { LabelMatchView } from '$lib/backend/generated/LabelMatchView';
import { t } from '$lib/i18n';

/** As many the core takes. */
export const MATCHES_MAX = 16;
const MB = 1_000_000;
const MB_MAX = 1_000_000_000;

/** A rule as it is typed: sizes in MB. */
export interface MatchText {
  readonly id: number;
  readonly name: string;
  readonly tracker: string;
  readonly min: string;
  readonly max: string;
}
export type MatchPart = Exclude<keyof MatchText, 'id'>;

const sizeText = (bytes: number | null): string => (bytes === null ? '' : String(bytes / MB));

/** In bytes; null for an empty field, undefined for what is no size. */
function readSize(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = /^\d{1,10}([.,]\d{1,3})?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : NaN;
  return value <= MB_MAX ? Math.round(value * MB) : undefined;
}

export class LabelForm {
  readonly #before: LabelDefaults;
  readonly rules: RuleForm;
  savePath = $state('');
  start = $state<'any' | 'yes' | 'no'>('any');
  moveTo = $state('');
  doneLabel = $state('');
  /** One word a line. */
  program = $state('');
  matches = $state.raw<readonly MatchText[]>([]);
  #lastId = 0;

  constructor(defaults: LabelDefaults) {
    this.#before = defaults;
    this.rules = new RuleForm(defaults.rules);
    this.savePath = defaults.save_path ?? '';
    this.start = defaults.start === null ? 'any' : defaults.start ? 'yes' : 'no';
    this.moveTo = defaults.done.move_to ?? '';
    this.doneLabel = defaults.done.label ?? '';
    this.program = defaults.done.program?.join('\n') ?? '';
    this.matches = defaults.matches.map((match) => ({
      id: (this.#lastId += 1),
      name: match.name ?? '',
      tracker: match.tracker ?? '',
      min: sizeText(match.min_bytes),
      max: sizeText(match.max_bytes),
    }));
  }

  addMatch(): void {
    this.matches = [...this.matches, { id: (this.#lastId += 1), name: '', tracker: '', min: '', max: '' }];
  }
  dropMatch(id: number): void {
    this.matches = this.matches.filter((match) => match.id !== id);
  }
  type(id: number, part: MatchPart, text: string): void {
    this.matches = this.matches.map((match) => (match.id === id ? { ...match, [part]: text } : match));
  }

  /** What is wrong with a rule; empty when nothing is. */
  matchProblem(at: number): string {
    const match = this.matches[at];
    if (match === undefined) return '';
    const [min, max] = [readSize(match.min), readSize(match.max)];
    if (min === undefined || max === undefined || (min !== null && max !== null && min > max)) {
      return t('labels.match_size', { n: at + 1 });
    }
    const isEmpty = match.name.trim() === '' && match.tracker.trim() === '' && min === null && max === null;
    return isEmpty ? t('labels.match_empty', { n: at + 1 }) : '';
  }

  get isSound(): boolean {
    return this.rules.isSound && this.matches.every((_, at) => this.matchProblem(at) === '');
  }

  get defaults(): LabelDefaults {
    const text = (value: string): string | null => value.trim() || null;
    const program = this.program.split('\n').filter((word) => word.trim() !== '');
    return {
      save_path: text(this.savePath),
      start: this.start === 'any' ? null : this.start === 'yes',
      // Nothing of a label's own rules can be different ones.
      rules: { ...this.#before.rules, ...this.rules.change },
      done: {
        move_to: text(this.moveTo),
        label: text(this.doneLabel),
        program: program.length === 0 ? null : program,
      },
      matches: this.matches.map(({ name, tracker, min, max }): LabelMatchView => ({
        name: text(name),
        tracker: text(tracker)?.toLowerCase() ?? null,
        min_bytes: readSize(min) ?? null,
        max_bytes: readSize(max) ?? null,
      })),
    };
  }

  get isChanged(): boolean {
    return JSON.stringify(this.defaults) !== JSON.stringify(this.#before);
  }
}

/** The folder beside `path` that is called after the last part of a label's name. */
export function folderBeside(path: string, name: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return path.slice(0, cut + 1) + (name.split('/').at(-1) ?? name);
}
