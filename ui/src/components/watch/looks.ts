/** How the tone of an entry looks; never by colour alone, an icon and words are beside it. */
import type { LogTone } from '$lib/backend/generated/LogTone';
import type { WatchLook } from '$lib/domain/watch';

export const LOOKS: Readonly<Record<LogTone, string>> = {
  neutral: 'quiet',
  good: 'good',
  warn: 'warn',
  bad: 'fault',
};

/** The disc behind the folder. */
export const DISCS: Readonly<Record<WatchLook, string>> = { good: 'seed', warn: 'warn', off: '' };
