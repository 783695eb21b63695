/** Made-up torrents in every state there is, the same ones every time. */
import type { LabelDefaults } from '../generated/LabelDefaults';
import type { LabelMatchView } from '../generated/LabelMatchView';
import type { LabelView } from '../generated/LabelView';
import type { Sentence } from '../generated/Sentence';
import type { TorrentRow } from '../generated/TorrentRow';

import { NO_DEFAULTS } from '$lib/domain/rules';

const GB = 1e9;
const HOUR_MS = 3_600_000;

const named = (name: string): LabelMatchView => ({ name, tracker: null, min_bytes: null, max_bytes: null });
/** What some of them bring to new torrents. */
const BRINGS: Readonly<Record<string, Partial<LabelDefaults>>> = {
  Archive: { save_path: '/home/ada/Blender', matches: [named('cosmos*')] },
  'Own data': { save_path: '/home/ada/Own', start: false, matches: [named('scans*'), named('tools*')] },
};

export const LABELS: readonly LabelView[] = [
  'Linux',
  'Films',
  'Books & audio',
  'Maps & data',
  'Own data',
  'Archive',
].map((name, colour) => ({ name, colour, defaults: { ...NO_DEFAULTS, ...BRINGS[name] } }));

export function say(code: string, params: Record<string, string | number> = {}): Sentence {
  return {
    code,
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
  };
}

/** Most torrents have one tracker, some many, some none. */
const TRACKERS: readonly string[][] = [
  ['tracker.example.org'],
  ['tracker.example.org', 'open.example.net', 'udp.example.com'],
  ['archive.example.org'],
  [],
  ['linux.example.net', 'tracker.example.org'],
];

type Shape = Partial<TorrentRow> & Pick<TorrentRow, 'name' | 'status' | 'sentence'>;

/** Size in GB, share on disk, label. */
function sized(gigabytes: number, share: number, label: string): Partial<TorrentRow> {
  const wanted = Math.round(gigabytes * GB);
  return { wanted_bytes: wanted, have_bytes: Math.floor(wanted * share), labels: [label] };
}

function downloading(
  eta: number | null,
  sending: number,
  connected: number,
  down: number,
  up = 0,
): Partial<TorrentRow> {
  const params = { sending, connected, ...(eta === null ? {} : { eta_s: eta }) };
  return {
    status: 'downloading',
    sentence: say('downloading', params),
    eta_s: eta,
    peers_sending: sending,
    peers_connected: connected,
    down_bps: down,
    up_bps: up,
  };
}

function seeding(peers: number, up: number, ratio: number): Partial<TorrentRow> {
  return {
    status: 'seeding',
    sentence: say(peers > 0 ? 'seeding' : 'seeding_idle', { connected: peers }),
    peers_connected: peers,
    up_bps: up,
    ratio,
  };
}

const stopped = { status: 'stopped', intent: 'stop', sentence: say('stopped') } as const;
const finished = { status: 'finished', sentence: say('finished') } as const;
const attention = (code: string, params: Record<string, string | number> = {}) =>
  ({ status: 'attention', sentence: say(code, params) }) as const;

/** The first rows of the list: one or more for each state. */
export const SHAPES: readonly Shape[] = [
  shape(
    'Fedora-Workstation-Live-43-1.6.x86_64',
    downloading(55, 31, 74, 18_400_000, 1_200_000),
    sized(2.6, 0.62, 'Linux'),
  ),
  shape('Sintel, 4K master (2010)', downloading(39_000, 1, 3, 84_000, 12_000), sized(4.7, 0.302, 'Films'), {
    file_count: 7,
  }),
  shape(
    'Tears of Steel 4K',
    { status: 'fetching_metadata', sentence: say('fetching_metadata', { connected: 14, known: 61 }) },
    { wanted_bytes: null, have_bytes: 0, file_count: null, labels: ['Films'] },
  ),
  shape('debian-13.2.0-amd64-netinst.iso', seeding(4, 940_000, 1.32), sized(0.83, 1, 'Linux'), {
    file_count: 1,
    sentence: say('seeding_to_ratio', { ratio_percent: 200, left_bytes: 564_400_000, eta_s: 600 }),
    goal: { share: 0.66, kind: 'ratio', target: 200 },
  }),
  shape(
    'retro-wallpapers-vol-3',
    attention('file_in_the_way', { path: '/home/ada/Downloads/retro-wallpapers-vol-3' }),
    sized(0.318, 0, 'Archive'),
  ),
  shape(
    'enwiki-20251101-pages-articles-multistream',
    { status: 'checking', sentence: say('checking', { eta_s: 120 }), check: 0.43 },
    sized(24.7, 0, 'Maps & data'),
  ),
  shape(
    'planet-251103.osm.pbf',
    downloading(5_640, 12, 40, 9_700_000, 410_000),
    sized(86.8, 0.37, 'Maps & data'),
    { file_count: 1 },
  ),
  shape(
    'Prelinger Archives, home movies 1930 to 1960',
    attention('disk_full', { needed_bytes: 3_100_000_000, volume: '/home' }),
    sized(16.4, 0.81, 'Archive'),
  ),
  shape(
    'Cosmos Laundromat, first cycle',
    { status: 'choosing', sentence: say('choosing_files') },
    sized(2.2, 0, 'Films'),
    { file_count: 8 },
  ),
  shape(
    'wikipedia_en_all_maxi_2025-10.zim',
    { status: 'waiting', sentence: say('queue_download', { place: 3 }), queue_place: 3 },
    sized(111, 0.04, 'Maps & data'),
    { file_count: 1 },
  ),
  shape('LibreOffice_25.8.3_Linux_x86-64_deb', stopped, sized(0.2, 0.71, 'Linux')),
  shape('archlinux-2025.11.01-x86_64.iso', seeding(9, 1_600_000, 4.81), sized(1.4, 1, 'Linux'), {
    file_count: 1,
  }),
  shape(
    'Apollo 11 flight recordings',
    attention('folder_missing', { path: '/media/ada/Archive 8 TB' }),
    sized(48.2, 0.6, 'Archive'),
  ),
  shape('baltic-herring-acoustics-2024', seeding(3, 2_100_000, 0.9), sized(0.61, 1, 'Own data'), {
    private: true,
    sentence: say('seeding_to_time', { left_s: 259_200 }),
    goal: { share: 0.4, kind: 'time', target: 7_200 },
  }),
  shape('Big Buck Bunny, 4K 60 fps', finished, sized(0.642, 1, 'Films'), { ratio: 2 }),
  shape(
    '2025-10-01-raspios-trixie-arm64.img.xz',
    downloading(840, 6, 6, 1_200_000),
    sized(1.2, 0.12, 'Linux'),
    { limited: true },
  ),
  shape(
    'LibriVox, Moby-Dick (unabridged)',
    { status: 'checking', sentence: say('check_queued'), check: null },
    sized(0.69, 0, 'Books & audio'),
  ),
  shape('Blender 4.5 LTS demo scenes', seeding(0, 0, 0.4), sized(3.4, 1, 'Own data')),
  shape('OpenStreetMap history 2012', attention('files_changed'), sized(1.9, 1, 'Maps & data')),
  shape(
    'field-recordings-baltic',
    { status: 'downloading', sentence: say('looking_for_peers', { known: 12 }) },
    sized(0.9, 0.1, 'Own data'),
  ),
  shape(
    'nobody-has-this.tar',
    { status: 'downloading', sentence: say('no_peers') },
    sized(0.05, 0, 'Archive'),
  ),
  shape('locked-folder', attention('permission_denied', { path: '/srv/locked' }), sized(0.4, 0.2, 'Archive')),
  shape(
    'Digital Grierson, newsreels 1936',
    {
      status: 'waiting',
      sentence: say('moving', {
        done_bytes: 5_300_000_000,
        total_bytes: 41_700_000_000,
        path: '/data/Films',
        eta_s: 91,
      }),
      moving: 0.127,
    },
    sized(41.7, 1, 'Films'),
    { file_count: 7 },
  ),
  shape(
    'Public domain cartoons',
    { status: 'waiting', sentence: say('move_waiting') },
    sized(3.1, 1, 'Films'),
  ),
  shape('gutenberg-2025-09', { status: 'waiting', sentence: say('moving_back') }, sized(6.4, 1, 'Archive')),
  shape(
    'Theora test clips',
    {
      ...seeding(2, 80_000, 1.1),
      sentence: say('move_failed', { path: '/media/stick', reason: 'disk_full' }),
    },
    sized(9.2, 1, 'Films'),
  ),
  shape(
    'nasa-apod-archive-1995-2024',
    attention('matches_partly', {
      path: '/home/ada/Downloads/nasa-apod-archive-1995-2024',
      good_bytes: 5_100_000_000,
      total_bytes: 7_300_000_000,
    }),
    sized(7.3, 0, 'Archive'),
    { file_count: 9 },
  ),
  shape(
    'Baltic sonar 2019',
    attention('volume_changed', { path: '/media/ada/Archive 8 TB' }),
    sized(12.8, 0.55, 'Own data'),
  ),
  shape('kiwix mirror', attention('read_only', { path: '/mnt/dvd' }), sized(4.4, 0.5, 'Maps & data')),
  shape(
    'one-huge-image.img',
    attention('file_too_big', { path: '/media/stick' }),
    sized(18, 0.2, 'Archive'),
    {
      file_count: 1,
    },
  ),
  shape(
    'Wax cylinders 1902',
    attention('trash_failed', { detail: 'No trash on /media/stick' }),
    sized(2.3, 1, 'Archive'),
  ),
  shape(
    'OpenStreetMap history 2018',
    { status: 'checking', sentence: say('check_paused'), check: 0.62 },
    sized(31.5, 0, 'Maps & data'),
  ),
  shape('Tools for the field', downloading(1_900, 5, 11, 2_400_000, 60_000), sized(5.5, 0.34, 'Own data'), {
    file_count: 4,
    sequential: true,
    first_last: true,
    lies_in: '/home/ada/Unfinished',
  }),
  shape('from-the-future', attention('code_of_a_later_version', {}), sized(0.4, 0.2, 'Archive')),
];

function shape(name: string, ...parts: Partial<TorrentRow>[]): Shape {
  return Object.assign({ name, status: 'stopped', sentence: say('stopped') } as const, ...parts) as Shape;
}

const NAMES = [
  'archive-scans',
  'lecture-series',
  'Public domain films',
  'linux-mirror',
  'star-catalogue',
  'Field guide',
];

/** A made-up 40-digit hash; different for every number. */
export function hashOf(index: number): string {
  const mixed = Math.imul(index + 1, 2_654_435_761) >>> 0;
  return (mixed.toString(16).padStart(8, '0') + index.toString(16).padStart(8, '0')).repeat(3).slice(0, 40);
}

export function makeRow(index: number, now: number): TorrentRow {
  const given = SHAPES[index] ?? filler(index);
  const row: TorrentRow = {
    hash: hashOf(index),
    intent: 'run',
    wanted_bytes: GB,
    have_bytes: 0,
    check: null,
    down_bps: 0,
    up_bps: 0,
    downloaded_bytes: 0,
    uploaded_bytes: 0,
    ratio: null,
    eta_s: null,
    peers_connected: 0,
    peers_sending: 0,
    // Scans come in thousands.
    file_count: given.name.startsWith('archive-scans') ? 20_000 : 3,
    labels: [],
    private: false,
    added_at: now - (index + 1) * 5 * HOUR_MS,
    completed_at: null,
    active_at: now - (index + 1) * 70_000,
    save_path: '/home/ada/Downloads',
    lies_in: null,
    moving: null,
    sequential: false,
    first_last: false,
    rank: index,
    trackers: TRACKERS[index % TRACKERS.length] ?? [],
    queue_place: null,
    limited: false,
    goal: null,
    ...given,
  };
  const done = row.wanted_bytes !== null && row.have_bytes >= row.wanted_bytes;
  return {
    ...row,
    downloaded_bytes: row.have_bytes,
    uploaded_bytes: Math.round(row.have_bytes * (row.ratio ?? 0)),
    completed_at: done ? row.added_at + HOUR_MS : null,
  };
}

/** Mostly seeding and finished, as real lists are. */
function filler(index: number): Shape {
  const name = `${NAMES[index % NAMES.length] ?? ''} ${1900 + (index % 125)}-${index}`;
  const label = LABELS[(index * 7) % LABELS.length]?.name ?? '';
  const gigabytes = 0.05 + ((index * 37) % 400) / 20;
  if (index % 16 === 3) return shape(name, stopped, sized(gigabytes, 0.3, label));
  if (index % 3 === 0)
    return shape(name, finished, sized(gigabytes, 1, label), { ratio: 1 + (index % 9) / 4 });
  if (index % 20 === 1)
    return shape(name, downloading(600 + index, 4, 9, 2_000_000, 90_000), sized(gigabytes, 0.5, label));
  const busy = index % 9 === 1;
  return shape(
    name,
    seeding(busy ? 2 : 0, busy ? 120_000 : 0, (index % 30) / 10),
    sized(gigabytes, 1, label),
  );
}
