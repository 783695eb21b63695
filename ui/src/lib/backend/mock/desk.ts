/**
 * A desktop that is made up: `?drop=NAME` hovers over the window, `?ask=close` closes it, `?go=KIND` presses
 * something outside of it, and `shoal-mock-event` tells any event. `shoal-mock-desk` changes what it offers.
 */
import type { Backend } from '../backend';
import type { DeskState } from '../generated/DeskState';
import type { DropLook } from '../generated/DropLook';
import type { DropRow } from '../generated/DropRow';
import type { Event } from '../generated/Event';
import type { GoTo } from '../generated/GoTo';
import type { Deed } from './shell';

const GB = 1e9;

const state: DeskState = {
  tray_host: true,
  notices: true,
  magnets: { type: 'other', name: 'Transmission' },
  torrents: { type: 'nobody' },
  autostart: false,
  sandboxed: false,
};

function row(name: string, gigabytes: number | null, more: Partial<DropRow> = {}): DropRow {
  const total = gigabytes === null ? null : Math.round(gigabytes * GB);
  return {
    kind: 'torrent',
    name,
    total_bytes: total,
    file_count: 1,
    risky: 0,
    already: false,
    error: null,
    ...more,
  };
}

const refused = (name: string, code: string): DropRow =>
  row(name, null, { kind: 'refused', file_count: null, error: { code, params: { name } } });

function look(rows: DropRow[], more: Partial<DropLook> = {}): DropLook {
  const total = rows.reduce((sum, one) => sum + (one.already ? 0 : (one.total_bytes ?? 0)), 0);
  const room = { free_bytes: 212.5 * GB, volume: '/home' };
  return {
    rows,
    more: 0,
    more_here: 0,
    more_refused: 0,
    total_bytes: total,
    pending: 0,
    paths_known: true,
    modifiers: true,
    ...room,
    ...more,
  };
}

const debian = row('debian-13.2.0-amd64-DVD-1.iso', 3.9);
const books = row('gutenberg-top-1000-epub', 1.3, { file_count: 1_004, risky: 2 });
const link = row('Tears of Steel, 4K master', null, { kind: 'link', file_count: null });
const url = row('fedora-43.torrent', null, { kind: 'url', file_count: null });

/** What can hover, by name. */
const LOOKS: Readonly<Record<string, () => DropLook>> = {
  several: () =>
    look([
      debian,
      row('Spring, open movie', 1.3, { file_count: 6 }),
      books,
      row('Fedora-Workstation-Live-43', null, { already: true }),
    ]),
  one: () => look([debian]),
  links: () => look([link, url]),
  mixed: () =>
    look([
      debian,
      link,
      refused('holiday.jpg', 'drop_not_a_torrent'),
      refused('Films', 'drop_folder_beside'),
      refused('half.torrent', 'truncated'),
    ]),
  refused: () => look([refused('half.torrent', 'truncated'), refused('notes.txt', 'drop_not_a_torrent')]),
  create: () => look([row('Short films', 2.4, { kind: 'create', file_count: null })]),
  here: () => look([row('Fedora-Workstation-Live-43', null, { already: true })]),
  full: () => look([row('scans, the whole archive', 940, { file_count: 50_000 }), debian]),
  reading: () => look([debian], { pending: 12 }),
  many: () =>
    look(
      Array.from({ length: 64 }, (_, at) => row(`scan-${1_900 + at}.pdf`, 0.04)),
      { more: 1_936, total_bytes: 80 * GB },
    ),
  unknown: () => look([], { more: 3, paths_known: false, modifiers: false }),
};

const GOALS = new Set(['attention', 'finished', 'add', 'settings']);

/** The events that the address asks for, to be told behind the list. */
export function askedByAddress(): Event[] {
  const query = new URLSearchParams(location.search);
  const events: Event[] = [];
  const hover = LOOKS[query.get('drop') ?? ''];
  if (hover !== undefined) events.push({ type: 'drop_hover', look: hover() });
  if (query.get('ask') === 'close') events.push({ type: 'close_asked' });
  const goal = query.get('go') ?? '';
  if (GOALS.has(goal)) events.push({ type: 'go', to: { type: goal } as GoTo });
  return events;
}

/** `tell` reaches the page; `deeds` gets what the desktop was asked to do. */
export function mockDesk(tell: (event: Event) => void, deeds: Deed[]): Pick<Backend, 'desk'> {
  addEventListener('shoal-mock-event', (event) => tell((event as CustomEvent<Event>).detail));
  addEventListener('shoal-mock-drop', (event) => {
    const hover = LOOKS[(event as CustomEvent<string>).detail];
    if (hover !== undefined) tell({ type: 'drop_hover', look: hover() });
  });
  addEventListener('shoal-mock-desk', (event) => {
    Object.assign(state, (event as CustomEvent<Partial<DeskState>>).detail);
    tell({ type: 'desk_changed' });
  });
  return {
    desk(request) {
      if (request.type === 'state') return Promise.resolve({ type: 'state', state: { ...state } });
      deeds.push({ did: 'close', choice: request.choice, remember: request.remember });
      return Promise.resolve({ type: 'done' });
    },
  };
}
