/** Looking at what lies on the disk. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All files below a folder, by their path in it. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Names of the files that differ between two folders, or are missing in the second. */
export function different(a: string, b: string, names: readonly string[]): string[] {
  return names.filter((name) => {
    const path = join(b, name);
    return !existsSync(path) || !readFileSync(join(a, name)).equals(readFileSync(path));
  });
}
