/** The page's script: all that the first picture takes is one file, and one of styles. */
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
import { begin } from './begin';
import { selectBackend } from './lib/backend/select';

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no #app');
// Not awaited: what is read later takes parts of this script, which would wait for it.
void begin(target, selectBackend());
