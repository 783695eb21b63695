/** What the desktop window does with files, made up: it does nothing, and remembers what it was asked. */
import { CallError, type Backend } from '../backend';
import { copyText } from '../browser-files';
import type { TorrentRow } from '../generated/TorrentRow';
import * as details from './details';

/** Something that the window was asked to do. */
export type Deed =
  | { did: 'open'; hash: string; file: number | null; sure: boolean }
  | { did: 'reveal'; hash: string; file: number | null }
  | { did: 'reveal_watched'; entry: number }
  | { did: 'save'; name: string; base64: string; kind: string }
  | { did: 'copy'; text: string }
  | { did: 'close'; choice: string; remember: boolean };

export type Shell = Pick<
  Backend,
  'open' | 'reveal' | 'revealWatched' | 'saveFile' | 'pickContent' | 'copyText'
>;

const SAVED_IN = '/home/mara/Documents';

/** What of it must be asked about before it is opened; as in the core the graver thing first. */
function question(row: TorrentRow, file: number | null): CallError | null {
  const files = details.files(row);
  const asked = file ?? (files.length === 1 ? 0 : null);
  const one = files.find(({ index }) => index === asked);
  if (one === undefined) return asked === null ? null : new CallError('no_such_file');
  const name = (one.disk_path ?? one.path).at(-1) ?? row.name;
  if (one.risk !== null) return new CallError('open_risky', { name, risk: one.risk });
  return one.have_bytes < one.length ? new CallError('not_whole', { name }) : null;
}

/** A list of deeds that tests in a browser read as `shellDeeds`. */
export function shellDeeds(): Deed[] {
  const deeds: Deed[] = [];
  Object.assign(globalThis, { shellDeeds: deeds });
  return deeds;
}

/** `deeds` gets what was done, oldest first. */
export function mockShell(row: (hash: string) => TorrentRow, deeds: Deed[]): Shell {
  return {
    async open(hash, file, sure) {
      const refusal = sure ? null : question(row(hash), file);
      if (refusal !== null) throw refusal;
      deeds.push({ did: 'open', hash, file, sure });
      return Promise.resolve();
    },
    async reveal(hash, file) {
      row(hash);
      deeds.push({ did: 'reveal', hash, file });
      return Promise.resolve();
    },
    async revealWatched(entry) {
      deeds.push({ did: 'reveal_watched', entry });
      return Promise.resolve();
    },
    async saveFile(name, base64, kind) {
      deeds.push({ did: 'save', name, base64, kind });
      return Promise.resolve(`${SAVED_IN}/${name}`);
    },
    pickContent: () => Promise.resolve(`${SAVED_IN}/talk.mp4`),
    async copyText(text) {
      deeds.push({ did: 'copy', text });
      await copyText(text);
    },
  };
}
