/**
 * How this person arranged the window: columns, orders, views. Values are JSON by key, kept by
 * Shoal, so that they come back after a restart. Nothing depends on them: what cannot be read
 * counts as not set, and readers check the shape of what they get.
 */
import { SvelteMap } from 'svelte/reactivity';

/** `null` forgets the key. */
export type SavePref = (key: string, value: string | null) => Promise<void>;

export const SAVE_AFTER_MS = 500;
/** What Shoal takes, in bytes of UTF-8. */
export const PREF_MAX_BYTES = 16 * 1024;
export const PREFS_MAX = 64;
const KEY = /^[a-z0-9._-]{1,64}$/;

export class PrefsStore {
  readonly #save: SavePref;
  readonly #values = new SvelteMap<string, unknown>();
  /** Changed here and not sent yet. */
  readonly #unsaved = new Map<string, string | null>();
  /** Sent and not answered yet: how often. */
  readonly #saving = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(save: SavePref) {
    this.#save = save;
  }

  /** Reactive; the same object until it is set again. Undefined when it is not set. */
  get(key: string): unknown {
    return this.#values.get(key);
  }

  /** False, and nothing happens, when Shoal would not take it: too big, too many, no such key. */
  set(key: string, value: unknown): boolean {
    if (value === undefined || value === null) {
      if (this.#values.delete(key)) this.#later(key, null);
      return true;
    }
    const text = JSON.stringify(value);
    if (!KEY.test(key) || new TextEncoder().encode(text).length > PREF_MAX_BYTES) return false;
    if (!this.#values.has(key) && this.#values.size >= PREFS_MAX) return false;
    this.#values.set(key, value);
    this.#later(key, text);
    return true;
  }

  /** What Shoal has, as of a snapshot. What was changed here meanwhile and is not saved yet stays. */
  replace(saved: unknown): void {
    const texts = Object.entries(typeof saved === 'object' && saved !== null ? saved : {}).slice(
      0,
      PREFS_MAX,
    );
    const own = new Set([...this.#unsaved.keys(), ...this.#saving.keys()]);
    const known = new Set([...texts.map(([key]) => key), ...own]);
    for (const key of [...this.#values.keys()]) if (!known.has(key)) this.#values.delete(key);
    for (const [key, text] of texts) {
      if (own.has(key) || typeof text !== 'string') continue;
      const value = parsed(text);
      if (value === undefined) this.#values.delete(key);
      else if (JSON.stringify(this.#values.get(key)) !== text) this.#values.set(key, value);
    }
  }

  /** Sends what is not sent yet: when the window goes out of sight, nobody knows whether it comes back. */
  flush(): void {
    clearTimeout(this.#timer);
    const entries = [...this.#unsaved];
    this.#unsaved.clear();
    for (const [key, text] of entries) void this.#send(key, text);
  }

  async #send(key: string, text: string | null): Promise<void> {
    this.#saving.set(key, (this.#saving.get(key) ?? 0) + 1);
    try {
      await this.#save(key, text);
    } finally {
      const rest = (this.#saving.get(key) ?? 0) - 1;
      if (rest > 0) this.#saving.set(key, rest);
      else this.#saving.delete(key);
    }
  }

  #later(key: string, text: string | null): void {
    this.#unsaved.set(key, text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
