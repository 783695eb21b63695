/** How a row looks: glyph, lane and numbers follow from its status. Colour is never alone. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { t } from '$lib/i18n';
import type { IconName } from '$lib/icons';
import { wholePercent, type Formatter } from './format';
import { minutesText } from './rules';
import { isComplete, progressOf } from './view';

export type LaneForm =
  | 'down'
  | 'meta'
  | 'verify'
  | 'move'
  | 'seed'
  | 'open'
  | 'done'
  | 'queued'
  | 'stopped'
  | 'bad'
  | 'warn'
  | 'away';
export type Tone = 'plain' | 'warn' | 'bad';

export interface Glyph {
  readonly icon: IconName;
  /** Class of the disc; `idle` and `ok` have none. */
  readonly look: 'down' | 'seed' | 'verify' | 'move' | 'warn' | 'bad' | 'ok' | 'idle';
}

/** Codes of `attention` that only the user can decide; the others are faults. */
const DECISIONS = new Set([
  'file_in_the_way',
  'files_changed',
  'matches_partly',
  'move_failed',
  'trash_failed',
]);
/** What is there is not the place that Shoal knows: no share of it may be claimed. */
const AWAY = new Set(['folder_missing', 'volume_changed']);
/** What lies at its place is not, or not all, its own: what was verified once says nothing now. */
const UNSURE = new Set(['file_in_the_way', 'matches_partly']);
/** Its files are on their way from one folder to another, or about to be. */
const MOVING = new Set(['moving', 'moving_back', 'move_waiting']);

const ATTENTION_ICONS: Readonly<Record<string, IconName>> = {
  disk_full: 'drive',
  file_too_big: 'drive',
  folder_missing: 'unplug',
  volume_changed: 'unplug',
  read_only: 'lock',
  permission_denied: 'lock',
};

export function isMoving(row: TorrentRow): boolean {
  return MOVING.has(row.sentence.code);
}
function isAway(row: TorrentRow): boolean {
  return row.status === 'attention' && AWAY.has(row.sentence.code);
}
function isUnsure(row: TorrentRow): boolean {
  return row.status === 'attention' && UNSURE.has(row.sentence.code);
}
function isCheckPaused(row: TorrentRow): boolean {
  return row.sentence.code === 'check_paused';
}

export function toneOf(row: TorrentRow): Tone {
  // A move that failed is said while the torrent goes on.
  if (row.status === 'choosing' || row.sentence.code === 'move_failed') return 'warn';
  if (row.status !== 'attention') return 'plain';
  return DECISIONS.has(row.sentence.code) ? 'warn' : 'bad';
}

/** Needs nothing from anybody: lighter, thinner. */
export function isQuiet(row: TorrentRow): boolean {
  if (isMoving(row)) return row.sentence.code === 'move_waiting';
  if (toneOf(row) !== 'plain') return false;
  return (
    row.status === 'stopped' ||
    row.status === 'finished' ||
    row.status === 'waiting' ||
    (row.status === 'seeding' && row.up_bps < 1)
  );
}

export function glyphOf(row: TorrentRow): Glyph {
  if (isMoving(row)) return { icon: 'folder', look: 'move' };
  if (isCheckPaused(row)) return { icon: 'search', look: 'idle' };
  switch (row.status) {
    case 'fetching_metadata':
      return { icon: 'magnet', look: 'down' };
    case 'choosing':
      return { icon: 'list', look: 'warn' };
    case 'checking':
      return { icon: 'search', look: 'verify' };
    case 'downloading':
      return { icon: row.limited ? 'tortoise' : 'down', look: 'down' };
    case 'seeding':
      return { icon: 'up', look: 'seed' };
    case 'finished':
      return { icon: 'check', look: 'ok' };
    case 'stopped':
      return { icon: 'stop', look: 'idle' };
    case 'attention':
      return attentionGlyph(row);
    default:
      return { icon: 'clock', look: 'idle' };
  }
}

function attentionGlyph(row: TorrentRow): Glyph {
  const look = toneOf(row) === 'warn' ? 'warn' : 'bad';
  return { icon: ATTENTION_ICONS[row.sentence.code] ?? 'alert', look };
}

export interface Lane {
  readonly form: LaneForm;
  /** 0 to 1; null when no share may be claimed. */
  readonly value: number | null;
  /** For `aria-valuetext`. */
  readonly text: string;
}

export function laneOf(row: TorrentRow, format: Formatter): Lane {
  const value = shownShare(row);
  const form = laneForm(row);
  if (form === 'meta') return { form, value: null, text: t('list.size_unknown') };
  if (form === 'seed') return { form, value, text: goalLane(row, format) };
  if (form === 'away' || value === null) return { form, value: null, text: stateName(row) };
  return { form, value, text: `${stateName(row)}, ${format.percent(value)}` };
}

/** Share of what the row is busy with: of the check, of the move, else of the download. */
function shownShare(row: TorrentRow): number | null {
  if (isMoving(row)) return movedShare(row);
  if (isUnsure(row)) return null;
  if (hasGoal(row)) return Math.min(1, row.goal?.share ?? 0);
  return row.status === 'checking' ? row.check : progressOf(row);
}

function movedShare({ sentence }: TorrentRow): number | null {
  const [done, total] = [Number(sentence.params['done_bytes']), Number(sentence.params['total_bytes'])];
  return total > 0 && done >= 0 ? Math.min(1, done / total) : null;
}

function laneForm(row: TorrentRow): LaneForm {
  if (isMoving(row)) return 'move';
  if (isCheckPaused(row)) return 'stopped';
  switch (row.status) {
    case 'fetching_metadata':
      return 'meta';
    case 'checking':
      return row.check === null ? 'queued' : 'verify';
    case 'downloading':
      return 'down';
    case 'seeding':
      return hasGoal(row) ? 'seed' : 'open';
    case 'finished':
      return 'done';
    case 'stopped':
      return 'stopped';
    case 'attention':
      if (isAway(row)) return 'away';
      return toneOf(row) === 'warn' ? 'warn' : 'bad';
    default:
      return 'queued';
  }
}

/** It is shared until a goal is reached: the bar shows the way there. */
export function hasGoal(row: TorrentRow): boolean {
  return row.status === 'seeding' && row.goal !== null;
}

function goalLane(row: TorrentRow, format: Formatter): string {
  return t('list.goal_lane', { state: stateName(row), share: format.percent(row.goal?.share ?? 0) });
}

/** What it is shared until, or that it is shared for as long as anybody likes. */
function goalText({ goal }: TorrentRow, format: Formatter): string {
  if (goal === null) return t('list.no_goal');
  if (goal.kind === 'ratio') return t('list.goal', { goal: format.ratio(goal.target / 100) });
  const time = minutesText(goal.target);
  return goal.kind === 'time' ? t('list.goal', { goal: time }) : t('list.goal_idle', { goal: time });
}

export function stateName(row: TorrentRow): string {
  if (isMoving(row)) return t('status.state_moving');
  return t(`status.state_${row.status}`);
}

export interface Caption {
  readonly left: string;
  readonly right: string;
}

/** The two numbers above the lane. What is zero or unknown is blank. */
export function captionOf(row: TorrentRow, format: Formatter): Caption {
  const total = row.wanted_bytes;
  if (total === null) return { left: '', right: t('list.size_unknown') };
  const size = format.size(total);
  if (isMoving(row)) return { left: format.percent(movedShare(row)), right: size };
  if (row.status === 'checking') return { left: format.percent(row.check), right: size };
  if (isAway(row) || isUnsure(row)) return { left: '', right: size };
  if (isComplete(row)) {
    const shared = row.ratio !== null && row.ratio >= 0.005;
    return {
      left: shared ? t('list.ratio', { ratio: format.ratio(row.ratio) }) : t('list.done'),
      right: row.status === 'seeding' ? goalText(row, format) : size,
    };
  }
  if (row.have_bytes === 0)
    return { left: row.status === 'downloading' ? format.percent(0) : '', right: size };
  return {
    left: format.percent(progressOf(row)),
    right: t('common.of', format.sizePair(row.have_bytes, total)),
  };
}

/** For the name of the row that a screen reader says. */
export function progressName(row: TorrentRow, format: Formatter): string {
  const value = shownShare(row);
  return value === null || wholePercent(value) === 0 ? '' : format.percent(value);
}
