/** What hovers over the window, in words: what dropping it would do, and whether it fits. */
import type { DropLook } from '$lib/backend/generated/DropLook';
import type { DropRow } from '$lib/backend/generated/DropRow';
import type { Preview } from '$lib/backend/generated/Preview';
import { t } from '$lib/i18n';
import { shortenMiddle, type Formatter } from './format';

/** A name is to be recognised, not to fill the message. */
const NAME_MAX = 60;

/** What dropping does: nobody knows yet, adds, only brings trackers, makes a torrent, nothing. */
export type DropAim = 'unknown' | 'add' | 'here' | 'create' | 'nothing';

/** Would become an entry of the list. */
const isNew = ({ kind, already }: DropRow): boolean => !already && kind !== 'create' && kind !== 'refused';

export function aimOf(look: DropLook): DropAim {
  const { rows, more, pending, paths_known: isKnown } = look;
  if (!isKnown) return 'unknown';
  if (rows.some(isNew) || more > 0) return 'add';
  if (rows.some(({ kind }) => kind === 'create')) return 'create';
  if (hereOf(look) > 0) return 'here';
  return pending > 0 || rows.length === 0 ? 'unknown' : 'nothing';
}

/** How many would be added, as far as that is known; those that are not listed are taken for such. */
export function addedBy({ rows, more }: DropLook): number {
  return rows.filter(isNew).length + more;
}

const hereOf = ({ rows, more_here: more }: DropLook): number =>
  rows.filter(({ already }) => already).length + more;

export function dropTitle(look: DropLook): string {
  switch (aimOf(look)) {
    case 'add':
      return t('desk.drop_add', { n: addedBy(look) });
    case 'create':
      return t('desk.drop_create');
    case 'here':
      return t('desk.drop_here', { n: hereOf(look) });
    case 'nothing':
      return t('desk.drop_nothing');
    case 'unknown': {
      const n = look.rows.length + look.more + look.more_refused + look.pending;
      return n === 0 ? t('desk.drop_any') : t('desk.drop_files', { n });
    }
  }
}

export interface DropLead {
  readonly text: string;
  /** There is not enough room. */
  readonly isBad: boolean;
}

/** What follows the title; empty when there is nothing to say. */
export function dropLead(look: DropLook, format: Formatter): DropLead {
  const say = (text: string, isBad = false): DropLead => ({ text, isBad });
  switch (aimOf(look)) {
    case 'add':
      return room(look, format);
    case 'create':
      return say(t('desk.drop_create_lead'));
    case 'here':
      return say(t('desk.drop_here_lead'));
    case 'nothing':
      return say('');
    case 'unknown':
      return say(look.paths_known && look.pending === 0 ? '' : t('desk.drop_unknown_lead'));
  }
}

function room(look: DropLook, format: Formatter): DropLead {
  const { total_bytes: total, free_bytes: free, volume } = look;
  const n = addedBy(look);
  const size = format.size(total);
  const isPart = look.pending > 0 || look.rows.some((row) => isNew(row) && row.total_bytes === null);
  if (total === 0) return { text: t('desk.drop_size_later', { n }), isBad: false };
  const place = volume === null || volume === '' ? t('status.the_disk') : volume;
  if (free !== null && total > free) {
    const missing = format.size(total - free);
    return { text: t('desk.drop_short', { n, size, missing, volume: place }), isBad: true };
  }
  // What is not known yet may be larger than all that is.
  if (isPart) return { text: t('desk.drop_size_part', { size }), isBad: false };
  if (free === null) return { text: t('desk.drop_size', { n, size }), isBad: false };
  const left = format.size(free - total);
  return { text: t('desk.drop_fits', { n, size, left, volume: place }), isBad: false };
}

export interface ShownRows {
  readonly rows: readonly DropRow[];
  /** Not among them: such that would be added or are here already, and such that cannot be. */
  readonly more: number;
  readonly refused: number;
}

/** Those that there is room for, in their order. Why something will not be added is said before all else. */
export function rowsToShow(look: DropLook, room: number): ShownRows {
  const { rows, more_refused: refused } = look;
  const more = look.more + look.more_here;
  if (rows.length <= room) return { rows, more, refused };
  const isRefused = (row: DropRow): boolean => row.kind === 'refused';
  const bad = rows.filter(isRefused).length;
  const good = rows.length - bad;
  // Half of the room at most, unless the others do not need theirs.
  const badRoom = Math.min(bad, Math.max(Math.ceil(room / 2), room - good));
  const left = { bad: badRoom, good: room - badRoom };
  const shown = rows.filter((row) => left[isRefused(row) ? 'bad' : 'good']-- > 0);
  return { rows: shown, more: more + good - (room - badRoom), refused: refused + bad - badRoom };
}

/** Whether Shift and Alt make a difference to it. */
export function hasModifiers(look: DropLook): boolean {
  const aim = aimOf(look);
  return look.modifiers && (aim === 'add' || aim === 'unknown');
}

/** `Add “debian-13.2.0” from the clipboard?` */
export function offerText({ name }: Preview): string {
  return t('desk.offer', { name: shortenMiddle(name, NAME_MAX) });
}
