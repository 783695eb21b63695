// @vitest-environment node
/** The colours of tokens.css: every pair that is read has the contrast that the design promises. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Theme = Readonly<Record<string, string>>;

const css = readFileSync('src/styles/tokens.css', 'utf8');

/** The colours in the block that begins with `head`. */
function block(head: string): Theme {
  const start = css.indexOf(`${head} {`);
  if (start < 0) throw new Error(`No ${head} in tokens.css`);
  const text = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name ?? '', hex ?? '']),
  );
}

const light = block(':root');
const dark = { ...light, ...block('[data-theme="dark"]') };
const darkBySystem = { ...light, ...block('  :root:not([data-theme="light"])') };
const lightMore = { ...light, ...block(':root[data-contrast="more"]') };
const darkMore = { ...dark, ...block(':root[data-theme="dark"][data-contrast="more"]') };
const darkMoreBySystem = { ...dark, ...block('  :root:not([data-theme="light"])[data-contrast="more"]') };

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(theme: Theme, front: string, back: string): number {
  const [a, b] = [front, back].map((name) => luminance(theme[name] ?? ''));
  return (Math.max(a ?? 0, b ?? 0) + 0.05) / (Math.min(a ?? 0, b ?? 0) + 0.05);
}

/** Text, on all that it is ever written on. */
const TEXT = [
  ...[
    'sheet',
    'ground',
    'sunken',
    'raised',
    'hover',
    'ground-hover',
    'ground-on',
    'select',
    'select-idle',
  ].flatMap((back) => ['ink', 'ink-2', 'ink-3'].map((front) => [front, back])),
  ...['sheet', 'ground', 'select', 'raised'].flatMap((back) =>
    ['accent', 'bad', 'check'].map((front) => [front, back]),
  ),
  ...['sheet', 'select'].flatMap((back) => ['down', 'seed', 'idle'].map((front) => [front, back])),
  ['on-accent', 'accent-fill'],
  ['on-accent', 'accent-fill-hover'],
  ['down', 'down-soft'],
  ['seed', 'seed-soft'],
  ['check', 'check-soft'],
  ['bad', 'bad-soft'],
  ['on-tooltip', 'tooltip'],
  ['ink', 'seg-on'],
  ['ink-2', 'track'],
] as const;
/** What is seen and not read: edges of controls, lanes. */
const FORM = [
  ...['sheet', 'raised', 'ground'].map((back) => ['line-control', back]),
  ...['down-bar', 'seed-bar', 'check-bar', 'bad-bar', 'idle-bar'].map((front) => [front, 'sheet']),
  ['down-bar', 'track'],
  ['down-bar', 'select'],
  ['seed-bar', 'select'],
  ['accent', 'sheet'],
  ['accent', 'select'],
] as const;

/** The one border between two colours that a gap and a tick mark as well. */
const REACHED = ['seed-bar', 'seed-rest'] as const;

interface Case {
  readonly theme: Theme;
  readonly text: number;
  readonly form: number;
  readonly reached: number;
}
const AA = { text: 4.5, form: 3, reached: 2.5 };
const AAA = { text: 7, form: 4.5, reached: 4 };
const CASES: Readonly<Record<string, Case>> = {
  light: { theme: light, ...AA },
  dark: { theme: dark, ...AA },
  'light with more contrast': { theme: lightMore, ...AAA },
  'dark with more contrast': { theme: darkMore, ...AAA },
};

describe.each(Object.entries(CASES))('%s', (_, { theme, text, form, reached }) => {
  const weak = (pairs: readonly (readonly string[])[], least: number): string[] =>
    pairs
      .map(([front = '', back = '']) => ({
        pair: `${front} on ${back}`,
        ratio: contrast(theme, front, back),
      }))
      .filter(({ ratio }) => !(ratio >= least))
      .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`);

  it('has text that can be read', () => expect(weak(TEXT, text)).toEqual([]));
  it('has controls and lanes that can be seen', () => expect(weak(FORM, form)).toEqual([]));
  it('shows how far a goal is reached', () => expect(weak([REACHED], reached)).toEqual([]));
});

describe('dark', () => {
  it('is the same whether it was chosen or the system is', () => {
    expect(darkBySystem).toEqual(dark);
    expect(darkMoreBySystem).toEqual(darkMore);
  });
  it('has every colour of light, but for those of QR codes, which cameras want dark on light', () => {
    const own = Object.keys(block('[data-theme="dark"]'));
    const same = Object.keys(light).filter((name) => !own.includes(name) && !name.startsWith('qr-'));
    expect(same).toEqual([]);
  });
});

describe('contrast', () => {
  it('is measured as WCAG does', () => {
    const theme = { black: '#000000', white: '#ffffff', grey: '#767676' };
    expect(contrast(theme, 'black', 'white')).toBeCloseTo(21, 5);
    expect(contrast(theme, 'grey', 'white')).toBeCloseTo(4.54, 2);
  });
});
