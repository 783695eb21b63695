/**
 * The page's first script. Small, so that the core is asked for the list while the rest of the interface is
 * still being read.
 */
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
import { selectBackend } from './lib/backend/select';

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no #app');

const backend = selectBackend();
// Whoever waits for it says what is wrong.
backend.catch(() => undefined);
const { begin } = await import('./begin');
await begin(target, backend);
