/**
 * Sending torrents to another folder: which of them move, what that needs there, and whether it is
 * the drive they are on already, where moving is renaming and needs no room.
 *
 * What is not complete and waits in a folder for that goes to the new one when it is: only the way it
 * will go changes.
 */
import { SaveFolder } from '$components/files/save-folder.svelte';
import type { Backend } from '$lib/backend/backend';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { isComplete } from '$lib/domain/view';

export class PlaceSession {
  readonly #backend: Backend;
  readonly rows: readonly TorrentRow[];
  readonly folder: SaveFolder;
  /** Volumes that the files are on at present; null until known, and with a null in it for ever unknown. */
  #volumes = $state.raw<ReadonlySet<string | null> | null>(null);
  #isSending = $state(false);

  readonly bytes: number;
  /** All of them go there by themselves, once they are complete. */
  readonly isLater: boolean;
  /** Null when nobody could say. */
  readonly isSameDrive = $derived.by((): boolean | null => {
    const volume = this.folder.info?.volume ?? null;
    if (volume === null || this.#volumes === null || this.#volumes.has(null)) return null;
    return this.#volumes.size === 1 && this.#volumes.has(volume);
  });
  /** What has to be free there. */
  readonly needed = $derived.by(() => (this.isSameDrive ? 0 : this.bytes));
  /** All of it is there already. */
  readonly isHere = $derived.by(() => {
    const path = this.folder.info?.path;
    return path !== undefined && !this.folder.isPending && this.rows.every((row) => goalOf(row) === path);
  });
  readonly canSend = $derived.by(() => !this.#isSending && !this.folder.isRefused && !this.isHere);

  constructor(backend: Backend, rows: readonly TorrentRow[]) {
    this.#backend = backend;
    this.rows = rows;
    this.bytes = rows.reduce((sum, row) => sum + (goesLater(row) ? 0 : row.have_bytes), 0);
    this.isLater = rows.every(goesLater);
    this.folder = new SaveFolder(backend, rows[0] === undefined ? '' : goalOf(rows[0]));
    void this.#ask();
  }

  get isSending(): boolean {
    return this.#isSending;
  }

  /** False when the folder turned out to be of no use; rejects with a refusal. */
  async send(): Promise<boolean> {
    if (!this.canSend) return false;
    this.#isSending = true;
    try {
      await this.folder.settled();
      const folder = this.folder.path;
      if (folder === null || !this.folder.isUsable || this.isHere) return false;
      await this.#backend.call('move_data', { hashes: this.rows.map(({ hash }) => hash), folder });
      return true;
    } finally {
      this.#isSending = false;
    }
  }

  async #ask(): Promise<void> {
    const paths = [...new Set(this.rows.map(placeOf))];
    const infos = await Promise.all(
      paths.map((path) => this.#backend.call('folder_info', { path }).catch(() => null)),
    );
    this.#volumes = new Set(infos.map((info) => info?.volume ?? null));
  }
}

function goesLater(row: TorrentRow): boolean {
  return row.lies_in !== null && !isComplete(row);
}
/** Where it lies now. */
function placeOf(row: TorrentRow): string {
  return row.lies_in ?? row.save_path;
}
/** Where it lies when everything is done that was promised. */
function goalOf(row: TorrentRow): string {
  return goesLater(row) ? row.save_path : placeOf(row);
}
