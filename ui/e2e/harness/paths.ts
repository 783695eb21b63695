/** Where things lie in the repository. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');
/** What failed tests leave behind: a picture and the log. */
export const LEFT = join(ROOT, 'target/e2e');
export const CORPUS = join(ROOT, 'crates/metainfo/tests/corpus/torrents');
const DEBUG = join(process.env['CARGO_TARGET_DIR'] ?? join(ROOT, 'target'), 'debug');
export const SERVER = join(DEBUG, 'shoal-headless');
export const SWARM = join(DEBUG, 'examples/swarm');

mkdirSync(LEFT, { recursive: true });
