import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '$lib/backend/backend';
import type { CreateStatus } from '$lib/backend/generated/CreateStatus';
import { EMPTY_DRAFT } from '$lib/domain/creation';
import { FakeBackend } from '../../test/fake-backend';
import { CreationStore, secondsLeft, secondsTaken, type CreateJob } from './creation.svelte';

const DRAFT = { ...EMPTY_DRAFT, path: '/k/Kelp', trackers: 'udp://t:1' };
const RESULT = {
  ...{ hash: 'a'.repeat(40), hash_v2: null, magnet: 'magnet:?xt=urn:btih:a', name: 'Kelp' },
  ...{ piece_length: 16_384, piece_count: 3, bytes: 40_000, file_count: 2, left_out_count: 0 },
};

function status(change: Partial<CreateStatus>): CreateStatus {
  return { state: 'running', done_bytes: 0, total_bytes: 40_000, error: null, result: null, ...change };
}

describe('creation', () => {
  let backend: FakeBackend;
  let ended: CreateJob[];
  let store: CreationStore;

  beforeEach(() => {
    vi.useFakeTimers();
    backend = new FakeBackend();
    backend.answers.create_start = { job: '1' };
    ended = [];
    store = new CreationStore(backend, (job) => ended.push(job));
  });
  afterEach(() => {
    store.stop();
    vi.useRealTimers();
  });

  it('measures how fast it goes, and says when it is done', async () => {
    await store.start(DRAFT, 'Kelp');
    backend.answers.create_status = status({ done_bytes: 0 });
    await vi.advanceTimersByTimeAsync(250);
    backend.answers.create_status = status({ done_bytes: 10_000 });
    await vi.advanceTimersByTimeAsync(250);
    const job = store.get('1')!;
    expect(job.bytesPerSecond).toBe(40_000);
    expect(secondsLeft(job)).toBe(0.75);
    expect(store.open).toEqual([job]);
    backend.answers.create_status = status({ state: 'done', done_bytes: 40_000, result: RESULT });
    await vi.advanceTimersByTimeAsync(250);
    expect(ended.map(({ id }) => id)).toEqual(['1']);
    expect(secondsTaken(store.get('1')!)).toBe(0.75);
    expect(store.open).toHaveLength(1);
    store.seen('1');
    expect(store.open).toEqual([]);
    expect(store.get('1')?.status.result).toEqual(RESULT);
    const asked = backend.calls.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(backend.calls).toHaveLength(asked);
  });

  it('waits while nobody answers, and fails when the job is gone', async () => {
    await store.start(DRAFT, 'Kelp');
    backend.refusals.create_status = new CallError('connection_lost');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.get('1')?.status.state).toBe('running');
    backend.refusals.create_status = new CallError('job_gone');
    await vi.advanceTimersByTimeAsync(250);
    expect(store.get('1')?.status).toMatchObject({ state: 'failed', error: { code: 'job_gone' } });
    expect(ended).toHaveLength(1);
  });

  it('is cancelled for good, whatever was asked meanwhile', async () => {
    await store.start(DRAFT, 'Kelp');
    expect(store.draft).toEqual({ ...EMPTY_DRAFT, trackers: 'udp://t:1' });
    await store.cancel('1');
    backend.answers.create_status = status({ state: 'done', result: RESULT });
    await vi.advanceTimersByTimeAsync(250);
    expect(store.get('1')?.status.state).toBe('cancelled');
    expect(ended).toEqual([]);
    expect(store.open).toEqual([]);
  });

  it('refuses with the words of the core, and keeps no job then', async () => {
    backend.refusals.create_start = new CallError('too_many_jobs', { max: '4' });
    store.draft = DRAFT;
    await expect(store.start(DRAFT, 'Kelp')).rejects.toMatchObject({ code: 'too_many_jobs' });
    expect(store.jobs).toEqual([]);
    expect(store.draft).toEqual(DRAFT);
  });
});
