/** Settings of the mock, one by one and as a file. */
import { CallError } from '../backend';
import type { LabelDefaults } from '../generated/LabelDefaults';
import type { Commands } from '../generated/Commands';
import type { ImportChange } from '../generated/ImportChange';
import type { ImportRefused } from '../generated/ImportRefused';
import type { SettingValueView } from '../generated/SettingValueView';
import type { SettingView } from '../generated/SettingView';

const FILE_MAX = 1 << 20;
const VERSION = 1;

const changed = new Map<string, SettingValueView>();

/** What these commands need of the mock. */
export interface SettingsCore {
  readonly settings: Record<string, SettingValueView>;
  readonly labels: readonly { readonly name: string }[];
  remember(kind: string, count: number, back: () => void, again: () => void): void;
}

type Names = 'export_settings' | 'import_settings';

export type SettingsHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

export function settings(): SettingView[] {
  return SETTINGS.map((view) => ({ ...view, value: changed.get(view.key) ?? view.value }));
}

/** Changes settings as the core does: all or, when one is refused, none. */
export function setSettings(values: Readonly<Record<string, SettingValueView>>): void {
  for (const [key, value] of Object.entries(values)) {
    const refusal = refusalOf(key, value);
    if (refusal !== null) throw refusal;
  }
  for (const [key, value] of Object.entries(values)) changed.set(key, value);
}

/** Why a setting cannot be that. What the window keeps for itself is not looked at. */
function refusalOf(key: string, value: SettingValueView): CallError | null {
  const kind = SETTINGS.find((setting) => setting.key === key)?.kind;
  if (kind === undefined) return null;
  const field = { field: key };
  if (kind.type === 'folder') {
    const isFull = value === '' || String(value).startsWith('/');
    return isFull ? null : new CallError('setting_not_a_folder', field);
  }
  if (kind.type === 'bool') {
    return typeof value === 'boolean' ? null : new CallError('setting_wrong_type', field);
  }
  if (kind.type === 'choice') {
    if (kind.choices.includes(String(value))) return null;
    return new CallError('setting_not_a_choice', { ...field, choices: kind.choices.join(', ') });
  }
  if (kind.type !== 'int') return null;
  const [min, max] = [String(kind.min), String(kind.max)];
  const fits = typeof value === 'number' && value >= kind.min && value <= kind.max;
  return fits ? null : new CallError('setting_out_of_range', { ...field, min, max });
}

/** The core cuts what a file calls a setting. */
const KEY_CHARS_MAX = 64;

interface SettingsFile {
  readonly shoal_settings: number;
  readonly settings?: Record<string, SettingValueView>;
  readonly labels?: { readonly name: string; readonly defaults?: LabelDefaults }[];
  readonly prefs?: Record<string, string>;
}

function read(text: string): SettingsFile {
  if (text.length > FILE_MAX) throw new CallError('import_too_big');
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new CallError('import_not_shoal');
  }
  if (typeof file !== 'object' || file === null || !('shoal_settings' in file)) {
    throw new CallError('import_not_shoal');
  }
  if (Number(file.shoal_settings) > VERSION) throw new CallError('import_too_new');
  return file as SettingsFile;
}

/** What a file would change, and what of it cannot be used. */
function judge(
  core: SettingsCore,
  file: SettingsFile,
): { changes: ImportChange[]; refused: ImportRefused[] } {
  const changes: ImportChange[] = [];
  const refused: ImportRefused[] = [];
  for (const [key, to] of Object.entries(file.settings ?? {})) {
    const view = SETTINGS.find((setting) => setting.key === key);
    const refusal =
      view === undefined ? new CallError('setting_unknown', { field: key }) : refusalOf(key, to);
    const from = core.settings[key] ?? view?.value ?? '';
    if (refusal !== null) {
      // So that several may be called the same.
      refused.push({ key: key.slice(0, KEY_CHARS_MAX), code: refusal.code, params: refusal.params });
    } else if (from !== to) changes.push({ key, from, to });
  }
  return { changes, refused };
}

export function settingsHandlers(core: SettingsCore): SettingsHandlers {
  return {
    export_settings: () => {
      const own = Object.fromEntries(
        SETTINGS.flatMap(({ key, value }) => {
          const now = core.settings[key];
          return now === undefined || now === value ? [] : [[key, now]];
        }),
      );
      const file = { shoal_settings: VERSION, settings: own, labels: core.labels, prefs: {} };
      return { name: 'shoal-settings.json', text: JSON.stringify(file, null, 2) };
    },
    import_settings: ({ text, apply }) => {
      const file = read(text);
      const { changes, refused } = judge(core, file);
      const known = new Set(core.labels.map(({ name }) => name));
      const made = (file.labels ?? []).filter(({ name }) => !known.has(name));
      const labels = made.map(({ name }) => name);
      const folders = made.flatMap(({ name, defaults }) =>
        [defaults?.save_path, defaults?.done.move_to].flatMap((folder) =>
          folder ? [{ label: name, folder }] : [],
        ),
      );
      if (apply && changes.length > 0) {
        const put = (which: 'from' | 'to'): void => {
          for (const change of changes) core.settings[change.key] = change[which];
        };
        setSettings(Object.fromEntries(changes.map(({ key, to }) => [key, to])));
        put('to');
        core.remember(
          'settings',
          changes.length,
          () => put('from'),
          () => put('to'),
        );
      }
      return { changes, refused, labels, folders, prefs: Object.keys(file.prefs ?? {}).length };
    },
  };
}

type Definition = Pick<SettingView, 'key' | 'kind' | 'applies'> & { readonly initial: SettingValueView };

const BOOL = { type: 'bool' } as const;

/** One of several, the first unless something else is said. */
function choice(key: string, choices: [string, ...string[]]): Definition {
  return { key, kind: { type: 'choice', choices }, applies: 'now', initial: choices[0] };
}

const int = (key: string, min: number, max: number, initial: number): Definition => ({
  key,
  kind: { type: 'int', min, max },
  applies: 'now',
  initial,
});

const QUEUE: readonly Definition[] = [
  int('queue.downloads', 0, 1_000, 5),
  int('queue.seeds', 0, 1_000, 0),
  int('queue.checks', 1, 8, 1),
  int('queue.stalled_s', 10, 3_600, 60),
  int('queue.slow_kbps', 0, 10_000, 2),
  int('speed.down_kbps', 0, 1_000_000, 0),
  int('speed.up_kbps', 0, 1_000_000, 0),
  { key: 'speed.slow', kind: BOOL, applies: 'now', initial: false },
  int('speed.slow_down_kbps', 0, 1_000_000, 500),
  int('speed.slow_up_kbps', 0, 1_000_000, 100),
  { key: 'speed.schedule', kind: { type: 'schedule' }, applies: 'now', initial: '' },
  { key: 'speed.slow_on_battery', kind: BOOL, applies: 'now', initial: false },
  { key: 'speed.slow_on_metered', kind: BOOL, applies: 'now', initial: true },
  { key: 'speed.slow_in_fullscreen', kind: BOOL, applies: 'now', initial: false },
  int('goals.ratio_percent', 0, 100_000, 0),
  int('goals.seed_minutes', 0, 525_600, 0),
  int('goals.idle_minutes', 0, 525_600, 0),
  choice('goals.then', ['stop', 'remove', 'trash', 'low']),
  { key: 'done.move_to', kind: { type: 'folder' }, applies: 'now', initial: '' },
  { key: 'done.label', kind: { type: 'label' }, applies: 'now', initial: '' },
  { key: 'done.program', kind: { type: 'program' }, applies: 'now', initial: '' },
  choice('done.all', ['nothing', 'quit', 'sleep', 'shutdown']),
];

const DEFINITIONS: readonly Definition[] = [
  ...QUEUE,
  {
    key: 'downloads.folder',
    kind: { type: 'folder' },
    applies: 'new_torrents',
    initial: '/home/ada/Downloads',
  },
  { key: 'downloads.leave_out_disguised', kind: BOOL, applies: 'new_torrents', initial: true },
  { key: 'downloads.part_suffix', kind: BOOL, applies: 'new_torrents', initial: false },
  { key: 'downloads.unfinished_folder', kind: { type: 'folder' }, applies: 'new_torrents', initial: '' },
  {
    key: 'downloads.preallocate',
    kind: { type: 'choice', choices: ['none', 'sparse', 'full'] },
    applies: 'now',
    initial: 'none',
  },
  {
    key: 'downloads.order',
    kind: { type: 'choice', choices: ['spread', 'sequential'] },
    applies: 'new_torrents',
    initial: 'spread',
  },
  { key: 'downloads.first_last', kind: BOOL, applies: 'new_torrents', initial: false },
  { key: 'watch.look_ms', kind: { type: 'int', min: 100, max: 10_000 }, applies: 'now', initial: 200 },
  { key: 'watch.poll_s', kind: { type: 'int', min: 1, max: 3_600 }, applies: 'now', initial: 10 },
  { key: 'network.port', kind: { type: 'int', min: 0, max: 65_535 }, applies: 'reconnect', initial: 0 },
  { key: 'network.upnp', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.dht', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.lsd', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.utp', kind: BOOL, applies: 'reconnect', initial: true },
  {
    key: 'network.peer_limit',
    kind: { type: 'int', min: 1, max: 1_000 },
    applies: 'reconnect',
    initial: 100,
  },
  { key: 'desktop.tray', kind: BOOL, applies: 'now', initial: true },
  choice('desktop.close', ['tray', 'quit']),
  choice('desktop.close_without_tray', ['ask', 'keep', 'quit']),
  { key: 'desktop.minimise_to_tray', kind: BOOL, applies: 'now', initial: false },
  { key: 'desktop.start_hidden', kind: BOOL, applies: 'now', initial: false },
  { key: 'desktop.autostart', kind: BOOL, applies: 'now', initial: false },
  { key: 'desktop.handle_magnets', kind: BOOL, applies: 'now', initial: false },
  { key: 'desktop.handle_torrents', kind: BOOL, applies: 'now', initial: false },
  { key: 'desktop.clipboard', kind: BOOL, applies: 'now', initial: true },
  { ...choice('desktop.awake', ['never', 'downloading', 'sharing']), initial: 'downloading' },
  { key: 'desktop.taskbar', kind: BOOL, applies: 'now', initial: true },
  { key: 'notify.finished', kind: BOOL, applies: 'now', initial: true },
  { key: 'notify.failed', kind: BOOL, applies: 'now', initial: true },
  { key: 'notify.attention', kind: BOOL, applies: 'now', initial: true },
  { key: 'notify.watched', kind: BOOL, applies: 'now', initial: true },
  {
    key: 'appearance.theme',
    kind: { type: 'choice', choices: ['system', 'light', 'dark'] },
    applies: 'now',
    initial: 'system',
  },
  {
    key: 'appearance.language',
    kind: { type: 'choice', choices: ['system', 'en', 'de', 'es', 'fr', 'zh', 'ar'] },
    applies: 'now',
    initial: 'system',
  },
  {
    key: 'appearance.contrast',
    kind: { type: 'choice', choices: ['system', 'more'] },
    applies: 'now',
    initial: 'system',
  },
  { key: 'appearance.binary_units', kind: BOOL, applies: 'now', initial: false },
  {
    key: 'window.density',
    kind: { type: 'choice', choices: ['comfortable', 'compact'] },
    applies: 'now',
    initial: 'comfortable',
  },
  {
    key: 'window.details_side',
    kind: { type: 'choice', choices: ['auto', 'bottom', 'right'] },
    applies: 'now',
    initial: 'auto',
  },
];

const SETTINGS: readonly SettingView[] = DEFINITIONS.map(({ initial, ...rest }) => ({
  ...rest,
  shown: true,
  value: initial,
  default: initial,
}));
