/** The real `shoal-headless`, with a folder of its own that outlives its restarts. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Commands } from '../../src/lib/backend/generated/Commands';
import { SERVER } from './paths';
import { Child } from './process';

const SETTINGS = [
  'network.dht=false',
  'network.lsd=false',
  'network.upnp=false',
  'network.allow_loopback=true',
  // Whose story is about the queue says so.
  'queue.downloads=0',
];

export class Shoal {
  readonly #home = mkdtempSync(join(tmpdir(), 'shoal-e2e-'));
  readonly downloads = join(this.#home, 'downloads');
  #child: Child | null = null;
  #logs = '';
  /** With the token in its fragment. */
  url = '';

  constructor() {
    mkdirSync(this.downloads);
  }

  /** A folder for what a test makes. */
  folder(name: string): string {
    const path = join(this.#home, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Without the token. */
  get origin(): string {
    return new URL(this.url).origin;
  }

  /** What it wrote to standard error in all its lives. */
  get log(): string {
    return this.#logs + (this.#child?.log ?? '');
  }

  async start(): Promise<void> {
    const env = {
      HOME: this.#home,
      SHOAL_DATA_DIR: join(this.#home, 'data'),
      XDG_CONFIG_HOME: join(this.#home, 'config'),
      XDG_DATA_HOME: join(this.#home, 'share'),
      XDG_CACHE_HOME: join(this.#home, 'cache'),
      LC_ALL: 'C.UTF-8',
    };
    // The same address after a restart, so that pages find it again.
    const listen = this.url === '' ? [] : ['--listen', new URL(this.url).host];
    const settings = [...SETTINGS, `downloads.folder=${this.downloads}`];
    const args = [...listen, ...settings.flatMap((setting) => ['--set', setting])];
    this.#child = new Child(SERVER, args, env);
    this.url = await this.#child.firstLine();
  }

  /** Ends it as a logout does, or by force. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const code = await child.end(signal);
    this.#logs += child.log;
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`it ended with ${String(code)}\n${this.log}`);
  }

  /** Ends it and takes its folder away. */
  async dispose(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** Runs a command of the API with the token. */
  async call<K extends keyof Commands>(
    name: K,
    request: Commands[K]['request'],
  ): Promise<Commands[K]['answer']> {
    const token = new URL(this.url).hash.slice('#token='.length);
    const response = await fetch(`${this.origin}/api/v1/${name}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return answer as Commands[K]['answer'];
  }

  /** Adds a .torrent file without the page, to have a list to work with. */
  async add(file: string, start = false): Promise<string> {
    const base64 = readFileSync(file).toString('base64');
    const source = { kind: 'bytes', name: basename(file), base64 } as const;
    const { id } = await this.call('inspect', { source });
    const { hash } = await this.call('add', {
      preview_id: id,
      save_path: null,
      wanted: null,
      start,
      labels: [],
      choose_files: false,
    });
    return hash;
  }
}
