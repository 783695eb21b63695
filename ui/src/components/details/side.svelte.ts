/** Where the details lie at present: follows the setting and the width of the window. */
import { MediaQuery } from 'svelte/reactivity';
import { sideOf, WIDE, type Side } from './split';

interface Owner {
  readonly settings: { text(key: string, otherwise: string): string };
  readonly ui: { readonly narrow: boolean };
}

export class DetailsSide {
  readonly #wide = new MediaQuery(WIDE);
  readonly #app: Owner;

  constructor(app: Owner) {
    this.#app = app;
  }

  get current(): Side {
    const { settings, ui } = this.#app;
    return sideOf(settings.text('window.details_side', 'auto'), this.#wide.current, ui.narrow);
  }
}
