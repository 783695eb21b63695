/** What can be done about a sentence: actions of the registry, the best one first. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { hasMessage, t } from '$lib/i18n';

export type RemedyId =
  | 'choose_files'
  | 'start'
  | 'recheck'
  | 'save_beside'
  | 'use_files'
  | 'choose_folder'
  | 'locate'
  | 'move'
  | 'move_again'
  | 'show_whole'
  | 'resume_check'
  | 'cancel_move'
  | 'trash'
  | 'remove'
  | 'delete_files';

const NONE: readonly RemedyId[] = [];

const REMEDIES: Readonly<Record<string, readonly RemedyId[]>> = {
  choosing_files: ['choose_files'],
  files_changed: ['recheck', 'locate'],
  folder_missing: ['locate', 'start'],
  volume_changed: ['locate', 'start'],
  matches_partly: ['use_files', 'save_beside', 'choose_folder'],
  file_in_the_way: ['save_beside', 'choose_folder'],
  disk_full: ['move', 'show_whole', 'start'],
  file_too_big: ['move'],
  read_only: ['start', 'move'],
  permission_denied: ['start', 'move'],
  move_failed: ['move_again', 'move'],
  moving: ['cancel_move'],
  check_paused: ['resume_check'],
  // The only place that offers to delete: there may be no trash where these files lie.
  trash_failed: ['trash', 'remove', 'start', 'delete_files'],
  internal: ['start'],
  io: ['start', 'recheck'],
};

export function remediesOf(row: TorrentRow): readonly RemedyId[] {
  const { code } = row.sentence;
  return Object.hasOwn(REMEDIES, code) ? (REMEDIES[code] ?? NONE) : NONE;
}

/** Words of a remedy's button; the same action may be something else to another sentence. */
export function remedyText(row: TorrentRow, id: RemedyId): string {
  const special = `common.remedy_${id}__${row.sentence.code}`;
  return hasMessage(special) ? t(special) : t(`common.remedy_${id}`);
}

/** What cannot be taken back, so that its button has to be pressed twice. */
export function isForGood(id: RemedyId): boolean {
  return id === 'delete_files';
}
