/** What a file name says about the file: only for the picture beside it and the words on a badge. */
import type { IconName } from '$lib/icons';

export type Posing = 'film' | 'sound' | 'picture' | 'text' | 'unknown';

const FILM = 'avi divx flv m2ts m4v mkv mov mp4 mpeg mpg ogv ts vob webm wmv 3gp';
const SOUND = 'aac ac3 ape flac m4a m4b mid mka mp3 ogg opus wav wma';
const PICTURE = 'bmp gif heic jpeg jpg png svg webp';
const TEXT = 'csv doc docx epub md mobi nfo odt pdf rtf srt sub txt';

const KINDS = new Map<string, Posing>([
  ...FILM.split(' ').map((extension) => [extension, 'film'] as const),
  ...SOUND.split(' ').map((extension) => [extension, 'sound'] as const),
  ...PICTURE.split(' ').map((extension) => [extension, 'picture'] as const),
  ...TEXT.split(' ').map((extension) => [extension, 'text'] as const),
]);

const ICONS: Readonly<Record<Posing, IconName>> = {
  film: 'film',
  sound: 'file',
  picture: 'image',
  text: 'text',
  unknown: 'file',
};

export function iconOf(name: string, risky: boolean): IconName {
  if (risky) return 'gearfile';
  return ICONS[KINDS.get(extensionOf(name)) ?? 'unknown'];
}

/** What a disguised program pretends to be: `film.mp4.scr` a film. */
export function posingAs(name: string): Posing {
  const dot = name.lastIndexOf('.');
  return KINDS.get(extensionOf(name.slice(0, Math.max(0, dot)).trimEnd())) ?? 'unknown';
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}
