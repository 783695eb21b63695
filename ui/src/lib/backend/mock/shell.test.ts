import { describe, expect, it } from 'vitest';
import { files } from './details';
import { makeRow } from './rows';
import { mockShell, type Deed } from './shell';

const rows = Array.from({ length: 60 }, (_, index) => makeRow(index, 0));

function shell(): { deeds: Deed[]; shell: ReturnType<typeof mockShell> } {
  const deeds: Deed[] = [];
  const row = (hash: string): (typeof rows)[number] => {
    const found = rows.find((one) => one.hash === hash);
    if (found === undefined) throw new Error(hash);
    return found;
  };
  return { deeds, shell: mockShell(row, deeds) };
}

describe('the made-up window', () => {
  it('asks before it opens what could run, and remembers what it opened', async () => {
    const risky = rows.flatMap((row) => files(row).map((file) => ({ row, file })));
    const found = risky.find(({ file }) => file.risk !== null);
    if (found === undefined) throw new Error('no risky file is made up');
    const { row, file } = found;
    const { deeds, shell: made } = shell();
    await expect(made.open?.(row.hash, file.index, false)).rejects.toMatchObject({
      code: 'open_risky',
      params: { risk: file.risk },
    });
    expect(deeds).toEqual([]);
    await made.open?.(row.hash, file.index, true);
    await made.reveal?.(row.hash, null);
    expect(deeds).toEqual([
      { did: 'open', hash: row.hash, file: file.index, sure: true },
      { did: 'reveal', hash: row.hash, file: null },
    ]);
  });

  it('says where it saved', async () => {
    const { deeds, shell: made } = shell();
    expect(await made.saveFile('a.torrent', 'YQ==', 'torrent')).toMatch(/\/a\.torrent$/);
    expect(deeds).toEqual([{ did: 'save', name: 'a.torrent', base64: 'YQ==', kind: 'torrent' }]);
  });
});
