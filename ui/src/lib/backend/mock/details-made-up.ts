/** Files and numbers of the mock that are made up, but the same for the same torrent. */
import type { FileRow } from '../generated/FileRow';

export const GB = 1e9;
export const MB = 1e6;

type FileSpec = readonly [path: string, length: number, marks?: Partial<FileRow>];

const SINTEL: readonly FileSpec[] = [
  ['video/sintel-4096-surround.mkv', 4.61 * GB],
  ['video/sintel-trailer-watch-me.mp4.exe', 6.1 * MB, { risk: 'disguised' }],
  ['subtitles/sintel.en.srt', 38_000],
  ['subtitles/sintel.nl.srt', 37_000],
  ['artwork/poster-one.png', 60 * MB],
  ['artwork/poster-two.png', 28 * MB],
  ['LICENSE.txt', 2_000],
];

const COSMOS: readonly FileSpec[] = [
  ['film/cosmos-laundromat-2048.mkv', 2.16 * GB],
  ['film/behind-the-scenes.mp4', 17 * MB],
  ['film/cosmos_player.mp4.scr', 6.4 * MB, { risk: 'disguised' }],
  ['subtitles/cosmos.en.srt', 33_000],
  ['subtitles/cosmos.es.srt', 32_000],
  ['subtitles/cosmos.nl.srt', 31_000],
  ['poster.jpg', 1.8 * MB],
  ['LICENSE.txt', 2_000],
];

const TOOLS: readonly FileSpec[] = [
  ['install.sh', 14_000, { risk: 'executable' }],
  ['setup.exe', 48 * MB, { risk: 'executable', priority: 'low' }],
  [
    'manual_con.pdf',
    3 * MB,
    { renamed: true, original: 'manual:con.pdf', disk_path: ['handbook.pdf'], priority: 'high' },
  ],
  [
    'a very long name that says everything about the recording, the place and the day it was made.flac',
    210 * MB,
  ],
];

export function knownFiles(name: string): FileRow[] | null {
  const lower = name.toLowerCase();
  if (lower.startsWith('tools')) return toRows(TOOLS);
  if (lower.startsWith('sintel')) return toRows(SINTEL);
  return lower.startsWith('cosmos') ? toRows(COSMOS) : null;
}

export function madeUp(name: string, count: number, size: number): FileRow[] {
  if (count === 1) return toRows([[name, size]]);
  const each = Math.floor(size / count);
  const kinds = ['flac', 'jpg', 'pdf', 'txt'];
  const specs = Array.from({ length: count }, (_, at): FileSpec => {
    return [`Part ${1 + (at % Math.ceil(count / 40))}/Track ${at + 1}.${kinds[at % kinds.length]}`, each];
  });
  return toRows(specs);
}

function toRows(specs: readonly FileSpec[]): FileRow[] {
  return specs.map(([path, length, marks], index) => ({
    ...{ index, path: path.split('/'), length, have_bytes: 0, wanted: true, renamed: false, risk: null },
    ...{ disk_path: null, part: false, priority: 'normal' as const },
    ...marks,
  }));
}

export function hashOf(text: string): string {
  const random = randomOf(text);
  return Array.from({ length: 40 }, () => Math.floor(random() * 16).toString(16)).join('');
}

/** The same numbers between 0 and 1 for the same text. */
export function randomOf(text: string): () => number {
  let state = 7;
  for (const character of text) state = (state * 31 + character.charCodeAt(0)) % 2_147_483_647;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
