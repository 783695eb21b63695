/** Child processes that are ended by their id and never outlive the run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const DEADLINE_MS = 60_000;
const alive = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export class Child {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #log = '';

  constructor(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    const child = spawn(program, args, { env: { PATH: process.env['PATH'] ?? '', ...env } });
    this.#child = child;
    alive.add(child);
    this.#ended = once(child, 'close').finally(() => alive.delete(child));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    child.on('error', (error) => (this.#log += String(error)));
  }

  /** What it wrote to standard error. */
  get log(): string {
    return this.#log;
  }

  /** The first line it prints; rejects with its log when there is none. */
  async firstLine(): Promise<string> {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('it has no standard output');
    const lines = createInterface({ input: stdout });
    const line = once(lines, 'line').then(([first]) => String(first));
    const late = new Promise<never>((_, reject) => {
      const fail = (what: string) => reject(new Error(`${what}\n${this.#log}`));
      setTimeout(() => fail('it printed nothing in time'), DEADLINE_MS).unref();
      void this.#ended.then(() => fail('it ended before it printed anything'));
    });
    return Promise.race([line, late]);
  }

  /** Sends a signal and waits for the end; gives the exit code, null after a signal. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#ended;
    return this.#child.exitCode;
  }

  /** Ends its standard input and waits for the end. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}
