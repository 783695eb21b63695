/** A backend that a test holds in its hand: it records calls and says what the test tells it to. */
import { CallError, type Backend, type CommandName, type SaveKind } from '$lib/backend/backend';
import type { Event } from '$lib/backend/generated/Event';

export class FakeBackend implements Backend {
  readonly kind = 'mock';
  readonly begun = null;
  readonly pickFolder = null;
  readonly pickContent = null;
  open: Backend['open'] = null;
  reveal: Backend['reveal'] = null;
  revealWatched: Backend['revealWatched'] = null;
  desk: Backend['desk'] = null;
  readonly saved: { name: string; base64: string; kind: SaveKind }[] = [];
  readonly copied: string[] = [];
  readonly calls: { name: CommandName; request: unknown }[] = [];
  readonly answers: Partial<Record<CommandName, unknown>> = {};
  readonly refusals: Partial<Record<CommandName, CallError>> = {};
  subscriptions = 0;
  #listener: ((event: Event) => void) | null = null;

  call: Backend['call'] = (name, request) => {
    this.calls.push({ name, request });
    const refusal = this.refusals[name];
    if (refusal !== undefined) return Promise.reject(refusal);
    return Promise.resolve((this.answers[name] ?? {}) as never);
  };

  subscribe(onEvent: (event: Event) => void, onConnection: (up: boolean) => void): () => void {
    this.subscriptions += 1;
    this.#listener = onEvent;
    onConnection(true);
    return () => {
      this.#listener = null;
    };
  }

  pickTorrents(): ReturnType<Backend['pickTorrents']> {
    return Promise.resolve(null);
  }

  saveFile(name: string, base64: string, kind: SaveKind): Promise<string | null> {
    this.saved.push({ name, base64, kind });
    return Promise.resolve(name);
  }

  copyText(text: string): Promise<void> {
    this.copied.push(text);
    return Promise.resolve();
  }

  send(event: Event): void {
    this.#listener?.(event);
  }
}
