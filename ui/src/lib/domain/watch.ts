/** Watch folders in words: what they are called and what they are doing. */
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';

/** Rules to begin with: what the person most likely wants, and nothing that cannot be taken back. */
export function firstRules(path: string): WatchRulesView {
  return {
    path,
    enabled: true,
    save_to: null,
    labels: [],
    start: true,
    top: false,
    subfolders: 'off',
    after: { kind: 'rename' },
    bad_folder: null,
    include: [],
    exclude: [],
    how: 'auto',
  };
}

/** The last part of a path: `Downloads`; the whole of one that has no parts. */
export function folderName(path: string): string {
  const parts = path.split(/[\\/]/).filter(Boolean);
  return parts.at(-1) ?? path;
}

/** How a folder looks beside its words: what goes well, what waits for something, what is switched off. */
export type WatchLook = 'good' | 'warn' | 'off';

export function watchLook({ state }: WatchFolderView): WatchLook {
  if (state.state === 'off') return 'off';
  return state.state === 'unreachable' ? 'warn' : 'good';
}
