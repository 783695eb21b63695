import { expect, it } from 'vitest';
import type { FileRow } from '$lib/backend/generated/FileRow';
import { Formatter, THIN_SPACE as _ } from '$lib/domain/format';
import { FileChoice } from './choice.svelte';
import { describeRow, withPriority } from './words';

const format = new Formatter({ locale: 'en-GB' });

function say(part: Partial<FileRow>): string {
  const file: FileRow = {
    ...{ index: 0, path: ['CON_.txt'], length: 10_000, have_bytes: 0, wanted: true, renamed: false },
    ...{ disk_path: null, part: false, priority: 'normal', risk: null },
    ...part,
  };
  const choice = new FileChoice([file], 'CON_.txt', false);
  return withPriority(describeRow(choice, 0, file, format), choice.priority(0));
}

it.each([
  [{}, ''],
  [{ renamed: true }, ', renamed'],
  [{ renamed: true, original: 'CON.txt' }, ', in the torrent: CON.txt'],
  [{ disk_path: ['notes.txt'] }, ', on disk: notes.txt'],
  [{ part: true, priority: 'high' as const }, ', .part, priority High'],
])('a row with %j says so to a screen reader', (part, more) => {
  expect(say(part)).toBe(`CON_.txt, 10${_}kB, chosen${more}`);
});
