// @vitest-environment node
/**
 * Styles know no left and right, so that all of them turn round with the language; and what moves for good moves in
 * steps, as nobody pays for 60 pictures a second of a line that waits.
 */
import { describe, expect, it } from 'vitest';

const files = import.meta.glob<string>('/src/**/*.{css,svelte}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** What a file styles, line by line. */
function linesOf(path: string, text: string): string[] {
  if (path.endsWith('.css')) return text.split('\n');
  return text.slice(text.lastIndexOf('<style>')).split('\n');
}

const SIDE =
  /^\s*(?:left|right|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-\w+)?|border-(?:top|bottom)-(?:left|right)-radius)\s*:/;
const TOWARDS = /^\s*(?:text-align|float|clear)\s*:\s*(?:left|right)\b/;
const FOUR = /^\s*(?:margin|padding|inset|border-width)\s*:\s*([^;]+);/;

/** `1px 2px 3px 4px` gives the left another value than the right. */
function isLopsided(line: string): boolean {
  const values = FOUR.exec(line)?.[1]?.match(/(?:[\w-]+\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\s()]+)/g) ?? [];
  return values.length === 4 && values[1] !== values[3];
}

const isPhysical = (line: string): boolean => SIDE.test(line) || TOWARDS.test(line) || isLopsided(line);

/** Those that have to say which side, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '/src/styles/base.css': 'Names in their own direction begin where the language begins.',
  '/src/components/shared/LineChart.svelte': 'Time runs from left to right in charts of every language.',
  '/src/components/labels/DragTag.svelte': 'It follows the pointer, whose place is counted from the left.',
};

describe('styles', () => {
  it('are found', () => expect(Object.keys(files).length).toBeGreaterThan(60));

  it('name no side', () => {
    const found = Object.entries(files)
      .filter(([path]) => !Object.hasOwn(EXCEPTIONS, path))
      .flatMap(([path, text]) =>
        linesOf(path, text)
          .filter(isPhysical)
          .map((line) => `${path}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
  });

  it('move in steps what never comes to rest', () => {
    const endless = Object.entries(files).flatMap(([path, text]) =>
      linesOf(path, text).filter((line) => /^\s*animation\b.*\binfinite\b/.test(line)),
    );
    expect(endless.length).toBeGreaterThan(0);
    expect(endless.filter((line) => !/\bsteps\(/.test(line))).toEqual([]);
  });

  it.each([
    ['  left: 0;', true],
    ['  margin-right: 4px;', true],
    ['  border-left: 1px solid;', true],
    ['  text-align: right;', true],
    ['  padding: 0 8px 0 calc(4px + var(--s));', true],
    ['  padding: 0 8px 4px 8px;', false],
    ['  margin: 0 auto;', false],
    ['  inset-inline-start: 0;', false],
    ['  text-align: end;', false],
    ['  padding: 1px calc(2px + var(--x, 3px)) 3px calc(2px + var(--x, 3px));', false],
  ])('are read: %s', (line, wanted) => expect(isPhysical(line)).toBe(wanted));
});
