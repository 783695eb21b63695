/** The name of a row of files, as a screen reader says it. */
import type { FileRow } from '$lib/backend/generated/FileRow';
import type { Formatter } from '$lib/domain/format';
import type { Priority } from '$lib/domain/priority';
import { t } from '$lib/i18n';
import type { FileChoice } from './choice.svelte';
import { posingAs } from './kinds';

export function describeRow(
  choice: FileChoice,
  id: number,
  file: FileRow | undefined,
  format: Formatter,
): string {
  const name = choice.tree.nodes[id]?.name ?? '';
  const size = format.size(choice.tree.bytes[id] ?? 0);
  const tick = t(`add.tick_${choice.tick(id)}`);
  const row = t(file ? 'add.row' : 'add.row_folder', { name, size, tick });
  const badges = file ? badgesOf(file, name) : [];
  const diskName = choice.diskName(id);
  if (diskName !== null) badges.push(t('add.on_disk', { name: diskName }));
  return badges.reduce((text, badge) => t('add.row_badge', { row: text, badge }), row);
}

/** What is of normal priority, or skipped, needs no word: the tick says it. */
export function withPriority(row: string, priority: Priority | 'mixed'): string {
  if (priority === 'normal' || priority === 'skip') return row;
  return t('add.row_priority', { row, priority: t(`add.priority_${priority}`) });
}

/** That its name in the torrent is another one, and which. */
export function renamedText({ original }: FileRow): string {
  return original === undefined ? t('add.renamed') : t('add.renamed_from', { name: original });
}

function badgesOf(file: FileRow, name: string): string[] {
  const badges: string[] = [];
  if (file.risk === 'disguised') badges.push(t(`add.posing_${posingAs(name)}`));
  if (file.risk === 'executable') badges.push(t('add.program'));
  if (file.renamed) badges.push(renamedText(file));
  if (file.part) badges.push(t('add.part'));
  return badges;
}
