/** How a row looks: glyph, lane and numbers follow from its status. Colour is never alone. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { t } from '$lib/i18n';
import type { IconName } from '$lib/icons';
import { wholePercent, type Formatter } from './format';
import { isComplete, progressOf } from './view';

export type LaneForm =
  'down' | 'meta' | 'verify' | 'open' | 'done' | 'queued' | 'stopped' | 'bad' | 'warn' | 'away';
export type Tone = 'plain' | 'warn' | 'bad';

export interface Glyph {
  readonly icon: IconName;
  /** Class of the disc; `idle` and `ok` have none. */
  readonly look: 'down' | 'seed' | 'verify' | 'warn' | 'bad' | 'ok' | 'idle';
}

/** Codes of `attention` that only the user can decide; the others are faults. */
const DECISIONS = new Set(['file_in_the_way', 'files_changed']);

export function toneOf(row: TorrentRow): Tone {
  if (row.status === 'choosing') return 'warn';
  if (row.status !== 'attention') return 'plain';
  return DECISIONS.has(row.sentence.code) ? 'warn' : 'bad';
}

/** Needs nothing from anybody: lighter, thinner. */
export function isQuiet(row: TorrentRow): boolean {
  return (
    row.status === 'stopped' ||
    row.status === 'finished' ||
    row.status === 'waiting' ||
    (row.status === 'seeding' && row.up_bps < 1)
  );
}

export function glyphOf(row: TorrentRow): Glyph {
  switch (row.status) {
    case 'fetching_metadata':
      return { icon: 'magnet', look: 'down' };
    case 'choosing':
      return { icon: 'list', look: 'warn' };
    case 'checking':
      return { icon: 'search', look: 'verify' };
    case 'downloading':
      return { icon: 'down', look: 'down' };
    case 'seeding':
      return { icon: 'up', look: 'seed' };
    case 'finished':
      return { icon: 'check', look: 'ok' };
    case 'stopped':
      return { icon: 'stop', look: 'idle' };
    case 'waiting':
      return { icon: 'clock', look: 'idle' };
    case 'attention':
      return attentionGlyph(row);
  }
}

function attentionGlyph(row: TorrentRow): Glyph {
  const look = toneOf(row) === 'warn' ? 'warn' : 'bad';
  if (row.sentence.code === 'disk_full') return { icon: 'drive', look };
  if (row.sentence.code === 'folder_missing') return { icon: 'unplug', look };
  return { icon: 'alert', look };
}

export interface Lane {
  readonly form: LaneForm;
  /** 0 to 1; null when no share may be claimed. */
  readonly value: number | null;
  /** For `aria-valuetext`. */
  readonly text: string;
}

export function laneOf(row: TorrentRow, format: Formatter): Lane {
  const value = row.status === 'checking' ? row.check : progressOf(row);
  const form = laneForm(row);
  if (form === 'meta') return { form, value: null, text: t('list.size_unknown') };
  if (form === 'away' || value === null) return { form, value: null, text: stateName(row) };
  return { form, value, text: `${stateName(row)}, ${format.percent(value)}` };
}

function laneForm(row: TorrentRow): LaneForm {
  switch (row.status) {
    case 'fetching_metadata':
      return 'meta';
    case 'checking':
      return row.check === null ? 'queued' : 'verify';
    case 'downloading':
      return 'down';
    case 'seeding':
      return 'open';
    case 'finished':
      return 'done';
    case 'stopped':
      return 'stopped';
    case 'choosing':
    case 'waiting':
      return 'queued';
    case 'attention':
      if (row.sentence.code === 'folder_missing') return 'away';
      return toneOf(row) === 'warn' ? 'warn' : 'bad';
  }
}

export function stateName(row: TorrentRow): string {
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
  if (row.status === 'checking') return { left: format.percent(row.check), right: size };
  if (row.status === 'attention' && row.sentence.code === 'folder_missing') return { left: '', right: size };
  if (isComplete(row)) {
    const shared = row.ratio !== null && row.ratio >= 0.005;
    return {
      left: shared ? t('list.ratio', { ratio: format.ratio(row.ratio) }) : t('list.done'),
      right: size,
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
  const value = row.status === 'checking' ? row.check : progressOf(row);
  return value === null || wholePercent(value) === 0 ? '' : format.percent(value);
}
