// @vitest-environment node
/** Each fence of eslint.config.js, shown a snippet that has to be refused, and one that has not. */
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint({ cwd: process.cwd() });

/** The snippet stands in for an existing file, because typed rules know only files of the project. */
async function rulesHit(text: string, filePath: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

const svelte = (markup: string, script = ''): string =>
  `<script lang="ts">\n${script}\n</script>\n\n${markup}\n`;

const REFUSED: readonly (readonly [fence: string, rule: string, file: string, text: string])[] = [
  [
    'Tauri outside its adapter',
    '@typescript-eslint/no-restricted-imports',
    'src/lib/areas.ts',
    "export * from '@tauri-apps/api/core';\n",
  ],
  [
    'Tauri in a shared component',
    '@typescript-eslint/no-restricted-imports',
    'src/components/shared/menu.ts',
    "export * from '@tauri-apps/api/core';\n",
  ],
  [
    'a store in a shared component',
    '@typescript-eslint/no-restricted-imports',
    'src/components/shared/menu.ts',
    "export * from '$lib/stores/ui.svelte';\n",
  ],
  [
    'another folder in a shared component',
    '@typescript-eslint/no-restricted-imports',
    'src/components/shared/menu.ts',
    "export * from '../sidebar/filters';\n",
  ],
  [
    'words in a shared component',
    '@typescript-eslint/no-restricted-imports',
    'src/components/shared/menu.ts',
    "export * from '$lib/i18n';\n",
  ],
  [
    'an import cycle',
    'import-x/no-cycle',
    'src/lib/adding.ts',
    "import { AppContext } from './app.svelte';\nexport const app = AppContext;\n",
  ],
  ['the console', 'no-console', 'src/lib/areas.ts', "console.log('x');\n"],
  [
    'a promise nobody waits for',
    '@typescript-eslint/no-floating-promises',
    'src/lib/areas.ts',
    'Promise.resolve(1);\n',
  ],
  [
    'a long function',
    'max-lines-per-function',
    'src/lib/areas.ts',
    `export function long(): void {\n${'  long();\n'.repeat(71)}}\n`,
  ],
  ['a long file', 'max-lines', 'src/lib/areas.ts', 'export {};\n'.repeat(401)],
  ['a long component', 'max-lines', 'src/components/shared/Note.svelte', svelte('<br />\n'.repeat(301))],
  [
    'a style attribute',
    'no-restricted-syntax',
    'src/components/shared/Note.svelte',
    svelte('<p style="color: red"></p>'),
  ],
  ['words in markup', 'no-restricted-syntax', 'src/components/shared/Note.svelte', svelte('<p>Hello</p>')],
  [
    'words in a label',
    'no-restricted-syntax',
    'src/components/shared/Note.svelte',
    svelte('<p aria-label="Hello"></p>'),
  ],
  [
    'words in the label of a component',
    'no-restricted-syntax',
    'src/components/shared/Note.svelte',
    svelte('<Lane label="Hello" />'),
  ],
  [
    'a sentence in code',
    'no-restricted-syntax',
    'src/lib/areas.ts',
    "export const text = 'Nothing is here.';\n",
  ],
  [
    'a sentence put together in a component',
    'no-restricted-syntax',
    'src/components/shared/Note.svelte',
    svelte('<p>{text}</p>', 'const n = 1;\nconst text = `Nothing is here: ${n}`;'),
  ],
  [
    'words that stay in their first language',
    'no-restricted-syntax',
    'src/lib/refusal.ts',
    "import { t } from './i18n';\n\nexport const text = t('common.cancel');\n",
  ],
  [
    'words of a component that stay in their first language',
    'no-restricted-syntax',
    'src/components/status/StatusBar.svelte',
    svelte('<p>{text}</p>', "import { t } from '$lib/i18n';\nconst text = t('common.cancel');"),
  ],
  [
    'a button without a type',
    'svelte/button-has-type',
    'src/components/shared/Note.svelte',
    svelte('<button></button>'),
  ],
  [
    'markup from a string',
    'svelte/no-at-html-tags',
    'src/components/shared/Note.svelte',
    svelte('{@html text}', "const text = 'x';"),
  ],
];

const ALLOWED: readonly (readonly [what: string, file: string, text: string])[] = [
  [
    'a style directive, which the CSP lets through',
    'src/components/shared/Note.svelte',
    svelte('<p style:width="{width}px"></p>', 'const width = 1;'),
  ],
  ['icons in a shared component', 'src/components/shared/menu.ts', "export { ICONS } from '$lib/icons';\n"],
  [
    'what a developer reads, and words that are asked for anew',
    'src/lib/refusal.ts',
    "import { t } from './i18n';\n\nexport const text = (): string => t('common.cancel');\nif (text() === '') throw new Error('No words');\n",
  ],
  ['Tauri in its adapter', 'src/lib/backend/tauri.ts', "export { invoke } from '@tauri-apps/api/core';\n"],
];

describe('ESLint refuses', { timeout: 60_000 }, () => {
  it.each(REFUSED)('%s', async (_fence, rule, file, text) => {
    expect(await rulesHit(text, file)).toContain(rule);
  });
});

describe('ESLint allows', { timeout: 60_000 }, () => {
  it.each(ALLOWED)('%s', async (_what, file, text) => {
    expect(await rulesHit(text, file)).toEqual([]);
  });
});
