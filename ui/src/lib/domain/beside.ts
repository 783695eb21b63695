/** The name that something is saved under when its own is taken. The core may count further than 2. */
import type { Preview } from '$lib/backend/generated/Preview';

export function besideName({ name, files }: Pick<Preview, 'name' | 'files'>): string {
  const isFile = files?.length === 1 && files[0]?.path.length === 1;
  const dot = isFile ? name.lastIndexOf('.') : -1;
  return dot > 0 ? `${name.slice(0, dot)} (2)${name.slice(dot)}` : `${name} (2)`;
}
