/**
 * What screen readers are told without asking: one polite region and one assertive one for the whole
 * window. Speeds and percentages never come here.
 *
 * A reader that is spoken to faster than it speaks says nothing whole, so what comes close together is
 * said as one, and only the newest of much.
 */
import { untrack } from 'svelte';

/** Between two announcements; also how long the text stays, so that the same one can be said again. */
export const PAUSE_MS = 1_000;
/** Of what waits, the oldest gives way. */
const WAITING_MAX = 3;
/** Longer is nothing anybody listens to. */
const TEXT_MAX = 300;

class Region {
  #text = $state('');
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  get text(): string {
    return this.#text;
  }

  say(text: string): void {
    const said = text.trim().slice(0, TEXT_MAX);
    // Who says something from an effect must not say it again each time the region has been emptied.
    const current = untrack(() => this.#text);
    if (said === '' || said === current || this.#waiting.includes(said)) return;
    this.#waiting = [...this.#waiting, said].slice(-WAITING_MAX);
    if (this.#timer === null) this.#next();
  }

  #next(): void {
    this.#text = this.#waiting.join(' ');
    const isDone = this.#waiting.length === 0;
    this.#waiting = [];
    this.#timer = isDone ? null : setTimeout(() => this.#next(), PAUSE_MS);
  }
}

export class Announcer {
  readonly #polite = new Region();
  readonly #assertive = new Region();

  get polite(): string {
    return this.#polite.text;
  }
  get assertive(): string {
    return this.#assertive.text;
  }

  /** When the reader is free. */
  say(text: string): void {
    this.#polite.say(text);
  }
  /** At once, over whatever is being read: only for what cannot wait, such as a full disk. */
  interrupt(text: string): void {
    this.#assertive.say(text);
  }
}
