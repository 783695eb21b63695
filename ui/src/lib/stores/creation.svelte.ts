/**
 * The torrents that are being made, and those that were: they go on when their dialog is closed, and can
 * be looked at again. The core has four at a time at most, and keeps what came out for an hour.
 */
import { toCallError, type Backend } from '$lib/backend/backend';
import type { ApiError } from '$lib/backend/generated/ApiError';
import type { CreateStatus } from '$lib/backend/generated/CreateStatus';
import { EMPTY_DRAFT, nextDraft, requestOf, type CreateDraft } from '$lib/domain/creation';

const POLL_MS = 250;
/** The speed that is shown is that of the last seconds. */
const WINDOW_MS = 4_000;

export interface CreateJob {
  readonly id: string;
  readonly name: string;
  /** What it was asked for with. */
  readonly draft: CreateDraft;
  readonly begunAt: number;
  readonly endedAt: number | null;
  readonly status: CreateStatus;
  /** Null until there is something to measure. */
  readonly bytesPerSecond: number | null;
  /** Nobody has seen what came out. */
  readonly isNew: boolean;
}

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

const BEGUN: CreateStatus = { state: 'running', done_bytes: 0, total_bytes: 0, error: null, result: null };

export class CreationStore {
  readonly #backend: Backend;
  /** Called once when a job has come to an end that nobody asked for. */
  readonly #onEnd: (job: CreateJob) => void;
  #jobs = $state.raw<readonly CreateJob[]>([]);
  #samples = new Map<string, Sample[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was typed last, so that a dialog closed by mistake has lost nothing. */
  draft = $state.raw<CreateDraft>(EMPTY_DRAFT);

  constructor(backend: Backend, onEnd: (job: CreateJob) => void) {
    this.#backend = backend;
    this.#onEnd = onEnd;
  }

  get jobs(): readonly CreateJob[] {
    return this.#jobs;
  }
  /** Running, or ended and not yet seen. */
  get open(): readonly CreateJob[] {
    return this.#jobs.filter(({ status, isNew }) => status.state === 'running' || isNew);
  }
  get(id: string): CreateJob | null {
    return this.#jobs.find((job) => job.id === id) ?? null;
  }

  /** Begins one, and makes room for the next; rejects with the refusal. */
  async start(draft: CreateDraft, name: string): Promise<string> {
    const { job: id } = await this.#backend.call('create_start', requestOf(draft));
    const begunAt = Date.now();
    const rest = this.#jobs.filter((job) => job.id !== id);
    const job = { id, name, draft, begunAt, endedAt: null, status: BEGUN, bytesPerSecond: null };
    this.#jobs = [...rest, { ...job, isNew: false }];
    this.#samples.set(id, []);
    this.draft = nextDraft(draft);
    this.#wake();
    return id;
  }

  /** Shown as cancelled at once; the core stops within one read. */
  async cancel(id: string): Promise<void> {
    await this.#backend.call('create_cancel', { job: id });
    const job = this.get(id);
    if (job?.status.state !== 'running') return;
    this.#put({ ...job, endedAt: Date.now(), isNew: false, status: { ...job.status, state: 'cancelled' } });
  }

  /** Somebody looks at what came out. */
  seen(id: string): void {
    const job = this.get(id);
    if (job?.isNew) this.#put({ ...job, isNew: false });
  }

  forget(id: string): void {
    this.#jobs = this.#jobs.filter((job) => job.id !== id);
    this.#samples.delete(id);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #put(changed: CreateJob): void {
    this.#jobs = this.#jobs.map((job) => (job.id === changed.id ? changed : job));
  }

  #wake(): void {
    this.#timer ??= setTimeout(() => void this.#poll(), POLL_MS);
  }

  async #poll(): Promise<void> {
    const running = this.#jobs.filter(({ status }) => status.state === 'running');
    await Promise.all(running.map(({ id }) => this.#ask(id)));
    this.#timer = undefined;
    if (this.#jobs.some(({ status }) => status.state === 'running')) this.#wake();
  }

  async #ask(id: string): Promise<void> {
    try {
      this.#take(id, await this.#backend.call('create_status', { job: id }));
    } catch (thrown) {
      const { code, params } = toCallError(thrown);
      // Whoever does not answer may do so soon.
      if (code === 'connection_lost') return;
      this.#fail(id, { code, params });
    }
  }

  #fail(id: string, error: ApiError): void {
    const job = this.get(id);
    if (job !== null) this.#take(id, { ...job.status, state: 'failed', error, result: null });
  }

  #take(id: string, status: CreateStatus): void {
    const job = this.get(id);
    // It was cancelled or forgotten while it was asked about.
    if (job?.status.state !== 'running') return;
    const now = Date.now();
    const bytesPerSecond = this.#measure(id, { at: now, bytes: status.done_bytes });
    if (status.state === 'running') {
      this.#put({ ...job, status, bytesPerSecond });
      return;
    }
    this.#samples.delete(id);
    const isNew = status.state !== 'cancelled';
    const name = status.result?.name ?? job.name;
    const ended = { ...job, name, status, bytesPerSecond, endedAt: now, isNew };
    this.#put(ended);
    if (isNew) this.#onEnd(ended);
  }

  #measure(id: string, sample: Sample): number | null {
    const samples = (this.#samples.get(id) ?? []).filter(({ at }) => sample.at - at <= WINDOW_MS);
    samples.push(sample);
    this.#samples.set(id, samples);
    const first = samples[0];
    if (first === undefined || first.at === sample.at) return this.get(id)?.bytesPerSecond ?? null;
    return ((sample.bytes - first.bytes) * 1_000) / (sample.at - first.at);
  }
}

/** Seconds until a job has read everything; null while nobody can say. */
export function secondsLeft({ status, bytesPerSecond }: CreateJob): number | null {
  if (bytesPerSecond === null || bytesPerSecond <= 0 || status.total_bytes === 0) return null;
  return (status.total_bytes - status.done_bytes) / bytesPerSecond;
}

/** Seconds that a job took; null while it runs. */
export function secondsTaken({ begunAt, endedAt }: CreateJob): number | null {
  return endedAt === null ? null : Math.max(0, endedAt - begunAt) / 1_000;
}
