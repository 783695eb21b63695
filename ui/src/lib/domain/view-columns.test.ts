import { describe, expect, it } from 'vitest';
import {
  asDrawn,
  COLUMN_IDS,
  drawnColumns,
  FIRST_COLUMNS,
  moveColumn,
  neededWidth,
  readColumns,
  stepColumn,
  template,
  WIDTH_MAX,
  withShown,
  withWidth,
  type Column,
} from './view-columns';

const shown = (columns: readonly Column[]): string =>
  columns.flatMap((column) => (column.shown ? column.id : [])).join(' ');
const few = readColumns(['name', 'size', 'down', 'up'].map((id) => ({ id, width: 60, shown: true })));

describe('saved columns', () => {
  it('come back as they were', () => {
    const changed = withWidth(
      withShown(moveColumn(FIRST_COLUMNS, 'added', 'size'), 'label', true),
      'size',
      90,
    );
    expect(readColumns(JSON.parse(JSON.stringify(changed)))).toEqual(changed);
  });
  it('are the first ones when nothing is saved', () => {
    for (const nonsense of [undefined, null, 7, {}, 'x']) expect(readColumns(nonsense)).toBe(FIRST_COLUMNS);
  });
  it('are each there once, the name first and shown, whatever was saved', () => {
    const odd = readColumns([
      null,
      { id: 'colour', width: 9, shown: true },
      { id: 'size', width: 1e9, shown: true },
      { id: 'size', width: 50, shown: true },
      { id: 'up', width: NaN, shown: 'yes' },
      { id: 'name', width: -5, shown: false },
    ]);
    expect(odd.map(({ id }) => id).toSorted()).toEqual(COLUMN_IDS.toSorted());
    expect(odd[0]).toEqual({ id: 'name', width: 100, shown: true });
    expect(odd.find(({ id }) => id === 'size')?.width).toBe(WIDTH_MAX);
    expect(shown(odd)).toBe('name size');
  });
});

describe('columns', () => {
  it('move before another or to the end, and the name stays the first', () => {
    expect(shown(moveColumn(few, 'up', 'size'))).toBe('name up size down');
    expect(shown(moveColumn(few, 'size', null))).toBe('name down up size');
    expect(shown(moveColumn(few, 'up', 'name'))).toBe('name up size down');
    expect(moveColumn(few, 'name', null)).toBe(few);
    expect(moveColumn(few, 'up', 'up')).toBe(few);
  });
  it('move by one place, over what is hidden, and stop at the ends', () => {
    const gap = withShown(few, 'down', false);
    expect(shown(stepColumn(gap, 'size', 1))).toBe('name up size');
    expect(shown(stepColumn(gap, 'up', -1))).toBe('name up size');
    expect(stepColumn(gap, 'size', -1)).toBe(gap);
    expect(stepColumn(gap, 'up', 1)).toBe(gap);
    expect(stepColumn(gap, 'name', 1)).toBe(gap);
  });
  it('are never all hidden', () => {
    expect(shown(withShown(few, 'name', false))).toBe('name size down up');
  });
  it('are as wide as asked within bounds', () => {
    expect(template(withWidth(withWidth(few, 'size', 3), 'up', 99.6).slice(0, 4))).toBe(
      'minmax(100px, 1fr) 40px 60px 100px',
    );
  });
  it('are left out where there is no room, until somebody chose them', () => {
    const all = FIRST_COLUMNS.filter((column) => column.shown);
    const drawn = (room: number, columns = FIRST_COLUMNS): string[] =>
      drawnColumns(columns, room).map(({ id }) => id);
    expect(drawn(neededWidth(all))).toEqual(all.map(({ id }) => id));
    expect(drawn(neededWidth(all) - 1)).not.toContain('added');
    expect(drawn(340)).toEqual(['name', 'progress']);
    expect(drawnColumns(FIRST_COLUMNS, 300).map(({ id, width }) => [id, width])).toEqual([
      ['name', 100],
      ['progress', 96],
    ]);
    expect(drawn(340, withWidth(FIRST_COLUMNS, 'progress', 90))).toEqual(['name', 'progress']);
    expect(drawn(340, withShown(FIRST_COLUMNS, 'label', true))).toContain('added');
  });
  it('that are put in where there is no room come to what is drawn', () => {
    const narrow = asDrawn(FIRST_COLUMNS, drawnColumns(FIRST_COLUMNS, 340));
    expect(shown(withShown(narrow, 'up', true))).toBe('name progress up');
  });
});
