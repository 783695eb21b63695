/** The commands about queue, limits and goals, as the core would answer them. */
import type { AllDone } from '../generated/AllDone';
import type { Commands } from '../generated/Commands';
import type { LabelView } from '../generated/LabelView';
import type { LimitInForce } from '../generated/LimitInForce';
import type { LimitView } from '../generated/LimitView';
import type { QueueTo } from '../generated/QueueTo';
import type { RulesInForce } from '../generated/RulesInForce';
import type { RulesView } from '../generated/RulesView';
import type { SettingValueView } from '../generated/SettingValueView';
import type { SharedRules } from '../generated/SharedRules';
import type { SpeedInForce } from '../generated/SpeedInForce';
import type { ThenInForce } from '../generated/ThenInForce';
import type { ThenView } from '../generated/ThenView';
import type { TorrentRow } from '../generated/TorrentRow';
import { parentsOf } from '$lib/domain/label-tree';
import { NO_RULES, type LimitField } from '$lib/domain/rules';

/** What these commands need of the mock. */
export interface QueueCore {
  readonly rows: ReadonlyMap<string, TorrentRow>;
  readonly settings: Record<string, SettingValueView>;
  readonly rules: Map<string, RulesView>;
  readonly labels: readonly LabelView[];
  allDone: AllDone | null;
  row(hash: string): TorrentRow;
  put(row: TorrentRow): void;
  changed(): void;
  remember(kind: string, count: number, back: () => void, again: () => void): void;
}

type Names = 'queue_move' | 'set_rules' | 'rules' | 'speed_slow' | 'cancel_all_done';

export type QueueHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

const KBPS = 1_000;

/** What holds for all of them: the switch by hand, or else the usual limits. */
export function speedOf(settings: Readonly<Record<string, SettingValueView>>): SpeedInForce {
  const slow = settings['speed.slow'] === true;
  const kbps = (key: string): number | null => Number(settings[key] ?? 0) * KBPS || null;
  const before = slow ? 'speed.slow_' : 'speed.';
  return {
    slow,
    why: slow ? 'switch' : null,
    until: null,
    down_bps: kbps(`${before}down_kbps`),
    up_bps: kbps(`${before}up_kbps`),
  };
}

/** All of them in their new order, from the first to the last. */
export function movedTo(order: readonly string[], hashes: ReadonlySet<string>, to: QueueTo): string[] {
  const moved = order.filter((hash) => hashes.has(hash));
  const rest = order.filter((hash) => !hashes.has(hash));
  switch (to.type) {
    case 'top':
      return [...moved, ...rest];
    case 'bottom':
      return [...rest, ...moved];
    case 'before': {
      const at = rest.indexOf(to.hash);
      return at < 0 ? [...order] : rest.toSpliced(at, 0, ...moved);
    }
    default:
      return stepped(order, hashes, to.type);
  }
}

/** Each by one place; what has nothing above it that stays, stays. */
function stepped(order: readonly string[], hashes: ReadonlySet<string>, way: 'up' | 'down'): string[] {
  const all = way === 'up' ? [...order] : [...order].reverse();
  for (let at = 1; at < all.length; at++) {
    const [above, here] = [all[at - 1], all[at]];
    if (above === undefined || here === undefined || !hashes.has(here) || hashes.has(above)) continue;
    all[at - 1] = here;
    all[at] = above;
  }
  return way === 'up' ? all : all.reverse();
}

function rankOrder(core: QueueCore): string[] {
  return [...core.rows.values()].sort((a, b) => a.rank - b.rank).map(({ hash }) => hash);
}

function putOrder(core: QueueCore, order: readonly string[]): void {
  for (const [rank, hash] of order.entries()) {
    const row = core.row(hash);
    if (row.rank !== rank) core.put({ ...row, rank });
  }
}

/** A label of it, or one above that, that says what `of` asks for. */
function fromLabels<T>(
  core: QueueCore,
  row: TorrentRow,
  of: (rules: RulesView) => T | null,
): { value: T; name: string } | null {
  const names = row.labels.flatMap((name) => [name, ...parentsOf(name)]);
  for (const name of names) {
    const label = core.labels.find((each) => each.name === name);
    const value = label === undefined ? null : of(label.defaults.rules);
    if (value !== null) return { value, name };
  }
  return null;
}

const SETTING_OF: Readonly<Record<LimitField, { readonly key: string; readonly scale: number }>> = {
  down: { key: 'speed.none', scale: 1 },
  up: { key: 'speed.none', scale: 1 },
  ratio_percent: { key: 'goals.ratio_percent', scale: 1 },
  seed_minutes: { key: 'goals.seed_minutes', scale: 1 },
  idle_minutes: { key: 'goals.idle_minutes', scale: 1 },
};

const amountOf = (limit: LimitView): number | null => (limit.type === 'value' ? limit.value : null);

function inherited(core: QueueCore, row: TorrentRow, field: LimitField): LimitInForce {
  const label = fromLabels(core, row, (rules) => (rules[field].type === 'inherit' ? null : rules[field]));
  if (label !== null) return { value: amountOf(label.value), from: { type: 'label', name: label.name } };
  const { key, scale } = SETTING_OF[field];
  return { value: Number(core.settings[key] ?? 0) * scale || null, from: { type: 'settings' } };
}

function inheritedThen(core: QueueCore, row: TorrentRow): ThenInForce {
  const label = fromLabels(core, row, ({ then }) => (then === 'inherit' ? null : then));
  if (label !== null) return { value: label.value, from: { type: 'label', name: label.name } };
  return {
    value: (core.settings['goals.then'] as ThenView | undefined) ?? 'stop',
    from: { type: 'settings' },
  };
}

/** The one that all of them have; null when they differ. */
function shared<T>(values: readonly T[]): T | null {
  const [first] = values;
  const text = JSON.stringify(first);
  return first !== undefined && values.every((value) => JSON.stringify(value) === text) ? first : null;
}

const FIELDS = ['down', 'up', 'ratio_percent', 'seed_minutes', 'idle_minutes'] as const;

function inForce(core: QueueCore, rows: readonly TorrentRow[], withOwn: boolean): RulesInForce {
  const limit = (row: TorrentRow, field: LimitField): LimitInForce => {
    const own = core.rules.get(row.hash)?.[field] ?? { type: 'inherit' };
    if (!withOwn || own.type === 'inherit') return inherited(core, row, field);
    return { value: amountOf(own), from: { type: 'own' } };
  };
  const then = (row: TorrentRow): ThenInForce => {
    const own = core.rules.get(row.hash)?.then ?? 'inherit';
    return !withOwn || own === 'inherit' ? inheritedThen(core, row) : { value: own, from: { type: 'own' } };
  };
  const limits = FIELDS.map((field) => [field, shared(rows.map((row) => limit(row, field)))]);
  return { ...Object.fromEntries(limits), then: shared(rows.map(then)) } as RulesInForce;
}

function ownOf(core: QueueCore, hashes: readonly string[]): SharedRules {
  const all = hashes.map((hash) => core.rules.get(hash) ?? NO_RULES);
  const fields = [...FIELDS, 'then' as const].map((field) => [
    field,
    shared(all.map((rules) => rules[field])),
  ]);
  return Object.fromEntries(fields) as SharedRules;
}

export function queueHandlers(core: QueueCore): QueueHandlers {
  return {
    queue_move: ({ hashes, to }) => {
      const before = rankOrder(core);
      const after = movedTo(before, new Set(hashes), to);
      putOrder(core, after);
      core.remember(
        'queue_moved',
        hashes.length,
        () => putOrder(core, before),
        () => putOrder(core, after),
      );
      return {};
    },
    set_rules: ({ hashes, ...change }) => {
      const before = hashes.map((hash) => [hash, core.rules.get(hash) ?? NO_RULES] as const);
      const put = (rules: (old: RulesView) => RulesView): void => {
        for (const [hash, old] of before) {
          const next = rules(old);
          core.rules.set(hash, next);
          core.put({ ...core.row(hash), limited: next.down.type === 'value' || next.up.type === 'value' });
        }
      };
      const again = (): void => put((old) => ({ ...old, ...change }));
      again();
      core.remember('rules_set', hashes.length, () => put((old) => old), again);
      return {};
    },
    rules: ({ hashes }) => {
      const rows = hashes.map((hash) => core.row(hash));
      return {
        own: ownOf(core, hashes),
        effective: inForce(core, rows, true),
        inherited: inForce(core, rows, false),
      };
    },
    speed_slow: ({ on }) => {
      const before = core.settings['speed.slow'] === true;
      const next = on ?? !before;
      const put = (value: boolean): void => {
        core.settings['speed.slow'] = value;
      };
      put(next);
      core.remember(
        'settings',
        1,
        () => put(before),
        () => put(next),
      );
      return {};
    },
    cancel_all_done: () => {
      core.allDone = null;
      core.changed();
      return {};
    },
  };
}
