/** Draws the window, once it is known who runs the core. */
import { mount } from 'svelte';
import { AppContext } from './lib/app.svelte';
import { toCallError, type Backend } from './lib/backend/backend';
import { errorText } from './lib/domain/sentence';
import { beginLanguage, followLook } from './lib/look.svelte';
import App from './views/App.svelte';

/** Without a backend there is no window to draw; say why in plain text. */
export async function begin(root: HTMLElement, selected: Promise<Backend>): Promise<void> {
  let backend: Backend;
  try {
    [backend] = await Promise.all([selected, beginLanguage()]);
  } catch (thrown) {
    const { code, params } = toCallError(thrown);
    const refusal = document.createElement('p');
    refusal.className = 'refusal';
    refusal.textContent = errorText(code, params);
    root.append(refusal);
    return;
  }
  const app = new AppContext(backend);
  followLook(app);
  if (backend.begun !== null) await backend.begun;
  mount(App, { target: root, props: { app } });
}
