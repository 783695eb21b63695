/** Finding files, and the .torrent file of a torrent, as the core would answer. */
import { CallError } from '../backend';
import type { Commands } from '../generated/Commands';
import type { TorrentRow } from '../generated/TorrentRow';
import * as details from './details';

const FOUND_MAX = 2_000;

/** What these commands need of the mock. */
export interface ExchangeCore {
  readonly rows: ReadonlyMap<string, TorrentRow>;
  row(hash: string): TorrentRow;
}

type Names = 'find_files' | 'torrent_file';

export type ExchangeHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

/** A file of `row` whose path holds all words. */
function fileWith(row: TorrentRow, words: readonly string[]): string | undefined {
  const paths = details.files(row).map(({ path }) => path.join('/'));
  return paths.find((path) => words.every((word) => path.toLowerCase().includes(word)));
}

export function exchangeHandlers(core: ExchangeCore): ExchangeHandlers {
  return {
    find_files: ({ text }) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const hashes: { hash: string; file: string }[] = [];
      if (words.length === 0) return { hashes, more: false };
      for (const row of core.rows.values()) {
        const file = fileWith(row, words);
        if (file === undefined) continue;
        if (hashes.length === FOUND_MAX) return { hashes, more: true };
        hashes.push({ hash: row.hash, file });
      }
      return { hashes, more: false };
    },
    torrent_file: ({ hash }) => {
      const row = core.row(hash);
      if (row.wanted_bytes === null) throw new CallError('no_metadata');
      return { name: `${row.name}.torrent`, base64: btoa('d4:infod6:lengthi0e4:name4:madeee') };
    },
  };
}
