/** The menu of the columns: which are shown, and what can be done to the one it was opened on. */
import type { MenuItem } from '$components/shared/menu';
import { COLUMN_IDS, stepColumn, withShown, type Column, type ColumnId } from '$lib/domain/view-columns';
import { t } from '$lib/i18n';

const CHECK = 'column:';

export type ColumnOrder = 'back' | 'on' | 'fit' | 'hide' | 'reset';

/** A check entry for each column but the name, which is always there. */
export function columnChecks(columns: readonly Column[]): MenuItem[] {
  return columns
    .filter(({ id }) => id !== 'name')
    .map(({ id, shown }) => ({ id: CHECK + id, text: t(`list.column_${id}`), checked: shown, alone: true }));
}

export function columnItems(columns: readonly Column[], on: ColumnId | null): MenuItem[] {
  const own: MenuItem[] = [];
  if (on !== null) {
    const name = t(`list.column_${on}`);
    const offer = (id: ColumnOrder, isPossible: boolean, text: string): void => {
      if (isPossible) own.push({ id, text });
    };
    offer('back', stepColumn(columns, on, -1) !== columns, t('list.column_back', { name }));
    offer('on', stepColumn(columns, on, 1) !== columns, t('list.column_on', { name }));
    offer('fit', true, t('list.column_fit', { name }));
    offer('hide', on !== 'name', t('list.column_hide', { name }));
  }
  const checks = columnChecks(columns).map((item, at) => ({
    ...item,
    lineAbove: at === 0 && own.length > 0,
  }));
  return [...own, ...checks, { id: 'reset', text: t('list.columns_reset'), lineAbove: true }];
}

/** Columns after a check entry was pressed; null when `id` is none. */
export function checkedColumns(columns: readonly Column[], id: string): readonly Column[] | null {
  const column = COLUMN_IDS.find((known) => id === CHECK + known);
  if (column === undefined) return null;
  return withShown(columns, column, columns.find((one) => one.id === column)?.shown !== true);
}
