// @vitest-environment node
/** The codes that Shoal's Rust crates send, and the words that this window has for them: all, and no others. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '$lib/i18n/messages/en';

/** The text of all files below `folder` that end in `endings`, tests left out. */
function textsBelow(folder: string, endings: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => endings.test(path) && !/tests?[./]|messages\/|generated\/|testkit/.test(path))
    .map((path) => readFileSync(join(folder, path), 'utf8'));
}

const CRATES = ['api', 'app', 'core', 'headless', 'metainfo'].map((name) => `../crates/${name}/src`);
/** What follows `mod tests` sends nothing. */
const rust = [...CRATES, '../src-tauri/src'].flatMap((folder) =>
  textsBelow(folder, /\.rs$/).map((text) => text.split('#[cfg(test)]\nmod tests {')[0] ?? ''),
);
const own = textsBelow('src', /\.(ts|svelte)$/).join('\n');

/** Codes in texts that `fits`, as `patterns` find them. */
function codes(patterns: readonly RegExp[], fits: (text: string) => boolean = () => true): string[] {
  const found = rust
    .filter(fits)
    .flatMap((text) =>
      patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code ?? '')),
    );
  return [...new Set(found)].sort();
}

const refusals = codes([/ApiError::new\(\s*"(\w+)"/g, /\bat\("(\w+)"/g]).concat(
  codes([/Self::\w+(?: ?\{ \.\. \})? => "(\w+)"/g], (text) => text.includes('fn code(&self)')),
);
const sentences = codes([/Explanation::new\(\s*"(\w+)"/g]);
/** What happened to a torrent, without what all of these codes begin with. */
const happenings = codes([/"log_(\w+)"/g]);

/** What watch folders tell of, without what all of these begin with; no refusals, and no steps of undo. */
const watched = codes([/"(watch_\w+)"/g])
  .filter((code) => !refusals.includes(code) && !/^watch_(put|dropped)$/.test(code))
  .map((code) => code.replace(/^watch_/, ''));

/** Every key without its plural form or variant. */
const stems = (messages: object): string[] =>
  [
    ...new Set(Object.keys(messages).map((key) => key.replace(/_(one|other)$/, '').replace(/__\w+$/, ''))),
  ].sort();

describe('codes', () => {
  it('are found', () => {
    expect(refusals.length).toBeGreaterThan(70);
    expect(sentences.length).toBeGreaterThan(30);
    expect(happenings.length).toBeGreaterThan(25);
    expect(watched.length).toBeGreaterThan(35);
  });
  it('of refusals all have words', () => {
    expect(refusals.filter((code) => !Object.hasOwn(en.errors, code))).toEqual([]);
  });
  it('of sentences all have words', () => {
    const known = stems(en.status);
    expect(sentences.filter((code) => !known.includes(code))).toEqual([]);
  });
  it('of what happened all have words, but that of a trouble, which is said with its own', () => {
    const known = [...stems(en.log), 'trouble'];
    expect(happenings.filter((code) => !known.includes(code))).toEqual([]);
  });
  it('of what watch folders tell of all have words', () => {
    const known = stems(en.watch);
    expect(watched.filter((code) => !known.includes(`code_${code}`))).toEqual([]);
  });
  it('are sent by somebody when there are words for them', () => {
    const all = rust.join('\n');
    const isSaid = (area: string, key: string): boolean =>
      all.includes(`"${key}"`) || own.includes(`'${key}'`) || own.includes(`'${area}.${key}'`);
    const unsaid = (area: 'errors' | 'status', beginnings: RegExp): string[] =>
      stems(en[area]).filter((key) => !isSaid(area, key) && !isSaid(area, key.replace(beginnings, '')));
    expect(unsaid('errors', /^$/)).toEqual([]);
    expect(unsaid('status', /^(reason|state)_/)).toEqual([]);
    const told = stems(en.watch).filter((key) => key.startsWith('code_'));
    expect(told.filter((key) => !all.includes(`"${key.replace('code', 'watch')}"`))).toEqual([]);
  });
});
