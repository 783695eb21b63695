/**
 * The search as the list asks it: the field's text, compiled, and the files that fit it. Files are
 * looked for by the core, a moment after the last letter; what they bring joins the list when it comes.
 */
import type { FoundFiles } from '$lib/backend/generated/FoundFiles';
import type { LabelView } from '$lib/backend/generated/LabelView';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { compileQuery, type Query } from '$lib/domain/query';

/** Nobody wants a search through all files per letter typed. */
export const FILES_PAUSE_MS = 150;

export interface SearchSources {
  text(): string;
  labels(): readonly LabelView[];
  findFiles(text: string): Promise<FoundFiles>;
}

interface Found {
  /** What was looked for. */
  readonly text: string;
  readonly files: ReadonlyMap<string, string>;
  readonly isMore: boolean;
}

export class SearchStore {
  readonly #sources: SearchSources;
  #found = $state.raw<Found | null>(null);

  readonly #names = $derived.by(() => this.#sources.labels().map(({ name }) => name));
  /** As it is before any file is known. */
  readonly #plain = $derived.by(() => this.#compile(null));
  readonly #words = $derived(this.#plain.needsFiles);
  readonly #fitting = $derived(this.#found !== null && this.#found.text === this.#words ? this.#found : null);
  readonly #query = $derived.by(() =>
    this.#fitting === null ? this.#plain : this.#compile(this.#fitting.files),
  );

  constructor(sources: SearchSources) {
    this.#sources = sources;
  }

  get query(): Query {
    return this.#query;
  }
  /** More torrents have such files than the core names. */
  get isCut(): boolean {
    return this.#fitting?.isMore ?? false;
  }
  /** The file that brought a torrent into the list; null when the torrent itself fits. */
  fileOf(row: TorrentRow): string | null {
    return this.#query.fileOf(row);
  }

  /** To be called in an effect: looks for files whenever the words are others. */
  follow(): () => void {
    const text = this.#words;
    if (text === null) return () => undefined;
    let isOver = false;
    const timer = setTimeout(() => {
      // Without an answer the search goes by names, as it did while waiting.
      void this.#sources.findFiles(text).then(
        ({ hashes, more }) => {
          if (isOver) return;
          const files = new Map(hashes.map(({ hash, file }) => [hash, file]));
          this.#found = { text, files, isMore: more };
        },
        () => undefined,
      );
    }, FILES_PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  #compile(files: ReadonlyMap<string, string> | null): Query {
    return compileQuery(this.#sources.text(), { labels: this.#names, now: Date.now(), files });
  }
}
