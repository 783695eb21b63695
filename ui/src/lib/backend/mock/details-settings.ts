/** Folders of the mock. */
import { CallError } from '../backend';
import type { FolderInfo } from '../generated/FolderInfo';
import type { FolderList } from '../generated/FolderList';
import { GB } from './details-made-up';

const HOME = '/home/ada';
const DOWNLOADS = `${HOME}/Downloads`;

export function folderInfo(path: string): FolderInfo {
  const full = path === '' ? DOWNLOADS : path.replace(/^~/, HOME);
  const onData = full.startsWith('/data');
  const usable = full.startsWith('/') && !full.startsWith('/root');
  return {
    path: full,
    usable,
    exists: usable && !full.includes('new'),
    free_bytes: onData ? 0.9 * GB : 212.2 * GB,
    volume_bytes: onData ? 4_000 * GB : 1_000 * GB,
    volume: onData ? '/data' : '/home',
  };
}

export function listFolders(path: string): FolderList {
  const full = path === '' ? DOWNLOADS : path;
  const parent = full === '/' ? null : full.slice(0, Math.max(1, full.lastIndexOf('/')));
  if (full.startsWith('/root')) throw new CallError('folder_unusable', { path: full });
  const tree: Record<string, string[]> = {
    '/': ['data', 'home', 'media', 'root'],
    '/home': ['ada'],
    [HOME]: ['Documents', 'Downloads', 'Films', 'Music', 'Pictures'],
    [DOWNLOADS]: Array.from({ length: 12 }, (_, at) => `Scans ${1_990 + at}`),
    // Names that are no text are shown alike.
    '/media': ['Caf\uFFFD', 'Caf\uFFFD', 'stick'],
    [`${HOME}/Films`]: ['Blender', 'Prelinger'],
  };
  return { path: full, parent, folders: tree[full] ?? [] };
}
