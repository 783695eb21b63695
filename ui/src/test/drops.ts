/** Builders for tests about drops: what hovers, and what a link or file turned out to be. */
import type { DropLook } from '$lib/backend/generated/DropLook';
import type { DropRow } from '$lib/backend/generated/DropRow';
import type { Preview } from '$lib/backend/generated/Preview';

export function dropRow(name: string, part: Partial<DropRow> = {}): DropRow {
  return {
    kind: 'torrent',
    name,
    total_bytes: 1e9,
    file_count: 1,
    risky: 0,
    already: false,
    error: null,
    ...part,
  };
}

export const refusedRow = (name: string): DropRow =>
  dropRow(name, { kind: 'refused', total_bytes: null, error: { code: 'truncated', params: { name } } });

export function dropLook(rows: DropRow[], part: Partial<DropLook> = {}): DropLook {
  return {
    rows,
    more: 0,
    more_here: 0,
    more_refused: 0,
    total_bytes: rows.reduce((sum, row) => sum + (row.already ? 0 : (row.total_bytes ?? 0)), 0),
    pending: 0,
    paths_known: true,
    free_bytes: 10e9,
    volume: '/home',
    modifiers: true,
    ...part,
  };
}

export function preview(hash: string, part: Partial<Preview> = {}): Preview {
  return {
    id: `id-${hash}`,
    hash,
    name: `name ${hash}`,
    already_added: false,
    files: null,
    total_bytes: null,
    private: false,
    comment: null,
    created_by: null,
    created_at: null,
    tracker_count: 1,
    labels: [],
    ...part,
  };
}
