/** Short messages at the foot of the sidebar, and what screen readers are told. */
import type { CallError } from '$lib/backend/backend';
import type { Preview } from '$lib/backend/generated/Preview';
import type { StepView } from '$lib/backend/generated/StepView';
import type { WatchNews } from '$lib/backend/generated/WatchNews';
import { mergeNews } from '$lib/domain/watched';
import { Announcer } from './announcer.svelte';

/** How long a toast stays when nobody points at it. */
export const TOAST_MS = 10_000;
/** More would cover the sidebar. */
export const TOASTS_MAX = 3;

export type ToastBody =
  | { readonly kind: 'undo'; readonly step: StepView }
  | { readonly kind: 'info'; readonly text: string }
  /** Something of this window that is no step of Shoal's, and can be taken back from here. */
  | { readonly kind: 'own'; readonly text: string; readonly undo: () => void }
  /** Something goes on. It stays until that is over. */
  | { readonly kind: 'busy'; readonly text: string }
  /** What came of watch folders while it was there to be seen. */
  | { readonly kind: 'watched'; readonly news: readonly WatchNews[] }
  /** A link that is in the clipboard may be meant to be added. */
  | { readonly kind: 'offer'; readonly preview: Preview }
  | { readonly kind: 'error'; readonly error: CallError };

export type Toast = ToastBody & { readonly id: number };

export class ToastStore {
  readonly announcer = new Announcer();
  #toasts = $state.raw<readonly Toast[]>([]);
  #lastId = 0;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  get all(): readonly Toast[] {
    return this.#toasts;
  }

  undo(step: StepView): void {
    this.#drop((toast) => toast.kind === 'undo');
    this.#add({ kind: 'undo', step });
  }
  info(text: string): void {
    this.#drop((toast) => toast.kind === 'info' && toast.text === text);
    this.#add({ kind: 'info', text });
  }
  /** Says what was done to this window alone, and offers to take it back. */
  own(text: string, undo: () => void): void {
    this.#drop((toast) => toast.kind === 'own');
    this.#add({ kind: 'own', text, undo });
  }
  error(error: CallError): void {
    // The same refusal again and again is one message.
    const isSame = (other: CallError): boolean =>
      other.code === error.code && other.params['name'] === error.params['name'];
    this.#drop((toast) => toast.kind === 'error' && isSame(toast.error));
    this.#add({ kind: 'error', error });
  }
  /** What watch folders did joins what is said of them already. */
  watched(news: readonly WatchNews[]): void {
    const said = this.#toasts.find((toast) => toast.kind === 'watched');
    const all = news.reduce(mergeNews, said?.news ?? []);
    this.#drop((toast) => toast.kind === 'watched');
    this.#add({ kind: 'watched', news: all });
  }
  /** The newest one only: there is one clipboard. */
  offer(preview: Preview): void {
    this.#drop((toast) => toast.kind === 'offer');
    this.#add({ kind: 'offer', preview });
  }
  /** What was offered and is in the list meanwhile is nothing to add any more. */
  keepOffers(isListed: (hash: string) => boolean): void {
    this.#drop((toast) => toast.kind === 'offer' && isListed(toast.preview.hash));
  }
  /** Says that something goes on, until what is returned is called. */
  busy(text: string): () => void {
    const id = this.#add({ kind: 'busy', text });
    return () => this.dismiss(id);
  }

  /** For screen readers only, when they are free. */
  announce(text: string): void {
    this.announcer.say(text);
  }

  /** Undo toasts whose step can no longer be taken back say nothing true any more. */
  keepUndo(step: StepView | null): void {
    this.#drop((toast) => toast.kind === 'undo' && toast.step.id !== step?.id);
  }

  dismiss(id: number): void {
    this.#drop((toast) => toast.id === id);
  }
  /** Somebody points at it or has the focus in it. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }
  release(id: number): void {
    this.hold(id);
    if (this.#toasts.find((toast) => toast.id === id)?.kind === 'busy') return;
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), TOAST_MS),
    );
  }

  #add(body: ToastBody): number {
    const toast: Toast = { ...body, id: (this.#lastId += 1) };
    for (const old of this.#toasts.slice(0, Math.max(0, this.#toasts.length + 1 - TOASTS_MAX))) {
      this.dismiss(old.id);
    }
    this.#toasts = [...this.#toasts, toast];
    this.release(toast.id);
    return toast.id;
  }

  #drop(matches: (toast: Toast) => boolean): void {
    const gone = this.#toasts.filter(matches);
    if (gone.length === 0) return;
    for (const { id } of gone) {
      this.hold(id);
      this.#timers.delete(id);
    }
    this.#toasts = this.#toasts.filter((toast) => !gone.includes(toast));
  }
}
