/** What hovers over the window to be dropped on it; null when nothing does. */
import type { DropLook } from '$lib/backend/generated/DropLook';

export class DropStore {
  #look = $state.raw<DropLook | null>(null);

  get look(): DropLook | null {
    return this.#look;
  }
  hover(look: DropLook): void {
    this.#look = look;
  }
  leave(): void {
    this.#look = null;
  }
}
