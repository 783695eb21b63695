/** Small .torrent files whose content nobody has, and real ones from the corpus. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS } from './paths';

type Bencoded = string | number | Buffer | { readonly [key: string]: Bencoded };

function bencode(value: Bencoded): Buffer {
  if (typeof value === 'number') return Buffer.from(`i${value}e`);
  if (typeof value === 'string') return bencode(Buffer.from(value));
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`${value.length}:`), value]);
  const keys = Object.keys(value).sort();
  const entries = keys.flatMap((key) => [bencode(key), bencode(value[key] ?? '')]);
  return Buffer.concat([Buffer.from('d'), ...entries, Buffer.from('e')]);
}

const PIECE = 16_384;

/** The content of a small torrent: the same for the same name. */
export function contentOf(name: string, pieces: number): Buffer {
  const seed = createHash('sha256').update(name).digest();
  return Buffer.alloc(pieces * PIECE, seed);
}

/** Writes `<name>.torrent` of one file with that name; gives its path. */
export function makeTorrent(folder: string, name: string, pieces = 1): string {
  const content = contentOf(name, pieces);
  const hashes = Array.from({ length: pieces }, (_, at) =>
    createHash('sha1')
      .update(content.subarray(at * PIECE, (at + 1) * PIECE))
      .digest(),
  );
  const info = { length: content.length, name, 'piece length': PIECE, pieces: Buffer.concat(hashes) };
  const path = join(folder, `${name}.torrent`);
  writeFileSync(path, bencode({ info }));
  return path;
}

export function corpus(name: string): string {
  return join(CORPUS, `${name}.torrent`);
}
