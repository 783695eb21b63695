import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/phases.css';
import './styles/window.css';
import './styles/list.css';
import './styles/list-narrow.css';
import './styles/overlays.css';
import './styles/tables.css';
import './styles/contrast.css';
import { AppContext } from './lib/app.svelte';
import { toCallError, type Backend } from './lib/backend/backend';
import { selectBackend } from './lib/backend/select';
import { errorText } from './lib/domain/sentence';
import { beginLanguage, followLook } from './lib/look.svelte';
import App from './views/App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no #app');

/** Without a backend there is no window to draw; say why in plain text. */
async function begin(root: HTMLElement): Promise<void> {
  let backend: Backend;
  try {
    [backend] = await Promise.all([selectBackend(), beginLanguage()]);
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
  mount(App, { target: root, props: { app } });
}

await begin(target);
