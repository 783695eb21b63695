/**
 * What is typed while a dialog that was asked for is still being fetched. It is meant for that dialog: nothing
 * behind it may hear it, and the dialog's field gets the text. All other keys are let go of, because nobody has
 * seen yet what they would do. Knows nothing of dialogs: whether one is awaited is the caller's to say.
 */
import { takesText } from '$lib/areas';

/** Characters: more than anybody types in that time. */
const MAX_HELD = 256;

/** All other keys have names of several letters. */
function isText(key: string): boolean {
  return Array.from(key).length === 1;
}

export class TypedAhead {
  #held: string[] = [];

  hold(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopImmediatePropagation();
    const isCommand = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState('AltGraph');
    if (event.key === 'Backspace') this.#held.pop();
    else if (!isCommand && isText(event.key) && this.#held.length < MAX_HELD) this.#held.push(event.key);
  }

  forget(): void {
    this.#held = [];
  }

  /** Types what was held into a field; what is none gets nothing. */
  giveTo(element: Element | null): void {
    const text = this.#held.join('');
    this.forget();
    if (text === '' || !takesText(element)) return;
    if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return;
    const { selectionStart: start, selectionEnd: end } = element;
    if (start === null || end === null) element.value = text;
    else element.setRangeText(text, start, end, 'end');
    element.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }));
  }
}
