/** What has to be fetched before the window can be drawn: everything else comes when it is wanted. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

const FIRST_LOAD_MAX = 250_000;
const LANGUAGE_MAX = 40_000;

const page = readFileSync('dist/index.html', 'utf8');
const packed = (file) => gzipSync(readFileSync(`dist${file}`)).length;

/** The page's own scripts and styles, and every chunk that those import without being asked. */
function firstLoad() {
  const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);
  const files = new Set();
  while (named.length > 0) {
    const file = named.pop();
    if (files.has(file)) continue;
    files.add(file);
    if (!file.endsWith('.js')) continue;
    const imports = readFileSync(`dist${file}`, 'utf8').matchAll(
      /(?:^|[;}])\s*import[^()'"]*['"]\.\/([^'"]+)['"]/g,
    );
    for (const [, name] of imports) named.push(`/assets/${name}`);
  }
  return [...files];
}

describe('the first load', () => {
  it('is below 250 kB, packed', () => {
    const files = firstLoad();
    assert.ok(files.some((file) => file.endsWith('.css')) && files.some((file) => file.endsWith('.js')));
    const sizes = Object.fromEntries([
      ...files.map((file) => [file, packed(file)]),
      ['page', gzipSync(page).length],
    ]);
    const sum = Object.values(sizes).reduce((all, size) => all + size, 0);
    assert.ok(sum > 50_000 && sum < FIRST_LOAD_MAX, `${sum}: ${JSON.stringify(sizes, null, 2)}`);
  });

  it('is one script and one file of styles: each file by itself costs time', () => {
    const kinds = firstLoad().map((file) => file.split('.').at(-1));
    assert.deepEqual(kinds.sort(), ['css', 'js']);
  });

  it('has English, and no other language', () => {
    const text = firstLoad()
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(`dist${file}`, 'utf8'))
      .join('\n');
    assert.match(text, /Nothing here yet/);
    for (const language of ['de', 'es', 'fr', 'zh', 'ar']) {
      const [chunk] =
        text.match(new RegExp(`assets/${language}-[\\w-]+\\.js|\\./${language}-[\\w-]+\\.js`)) ?? [];
      assert.ok(chunk, `${language} is fetched when it is wanted`);
      assert.ok(packed(`/assets/${chunk.split('/').at(-1)}`) < LANGUAGE_MAX, chunk);
    }
  });
});
