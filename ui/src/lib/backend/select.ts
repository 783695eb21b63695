/** Decides once, at start, who the window talks to. */
import type { Backend } from './backend';
import { createTauriBackend } from './tauri';

const MOCK_TORRENTS = 214;

export async function selectBackend(): Promise<Backend> {
  const query = new URLSearchParams(location.search);
  const asked = query.get('mock');
  if (asked !== null) {
    const { createMockBackend } = await import('./mock/mock');
    const changing = query.get('changing');
    return createMockBackend(
      asked === '' ? MOCK_TORRENTS : Number(asked),
      changing === null ? null : Number(changing),
    );
  }
  if ('__TAURI_INTERNALS__' in window) return createTauriBackend();
  const { createHttpBackend } = await import('./http');
  return createHttpBackend();
}
