/**
 * The modal dialogs that are open, outermost first. While there is one the rest of the page is inert:
 * nothing outside of it can be pressed, and what changes there is not read out.
 */
class Modals {
  #open = $state.raw<readonly HTMLElement[]>([]);

  /** The one that has the page. */
  get top(): HTMLElement | null {
    return this.#open.at(-1) ?? null;
  }

  /** Call what is returned when it is gone. */
  opened(dialog: HTMLElement): () => void {
    this.#open = [...this.#open, dialog];
    return () => {
      this.#open = this.#open.filter((other) => other !== dialog);
    };
  }
}

/** There is one page, so there is one of these. */
export const modals = new Modals();
