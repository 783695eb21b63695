import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const TAURI = {
  group: ['@tauri-apps/*'],
  message: 'Only src/lib/backend/tauri.ts knows Tauri; everything else uses the Backend interface.',
};
const DOMAIN_FROM_SHARED = {
  regex: '^(\\$components/(?!shared/)|\\.\\./(?!shared/)|\\$lib/(?!icons$))',
  message: 'Shared components know no torrents, no stores and no words: hand them what they show.',
};

const MARKUP = [
  {
    selector: 'SvelteAttribute[key.name="style"]',
    message:
      'The CSP blocks style attributes: use a class, or a style: directive, which goes through the CSSOM.',
  },
  {
    selector: ':not(SvelteStyleElement) > SvelteText[value=/\\p{L}{2}/u]',
    message: 'Words belong to the catalogue: write t(...).',
  },
  {
    selector:
      'SvelteAttribute[key.name=/^(aria-(label|description|placeholder|roledescription|valuetext)|title|placeholder|alt|label|text|lead|hint)$/] > SvelteLiteral[value=/\\p{L}{2}/u]',
    message: 'Words belong to the catalogue: write t(...).',
  },
];
/** Sentences in code: a capital and further words. Those of thrown errors are read by developers alone. */
const SENTENCE = '/^\\p{Lu}\\p{Ll}+ \\p{Ll}/u';
const WORDS = [
  `:not(NewExpression) > Literal[value=${SENTENCE}]`,
  `:not(NewExpression) > TemplateLiteral > TemplateElement[value.raw=${SENTENCE}]`,
].map((selector) => ({ selector, message: 'Words belong to the catalogue: write t(...).' }));
/** The language changes while the window is open. */
const STALE = ['SvelteScriptElement', 'Program', 'Program > ExportNamedDeclaration'].map((place) => ({
  selector: `${place} > VariableDeclaration > VariableDeclarator > CallExpression.init[callee.name="t"]`,
  message: 'A constant keeps the words of the first language: write $derived(t(...)), or a function.',
}));

export default ts.config(
  { ignores: ['dist/', 'src/lib/backend/generated/'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
      'import-x/extensions': ['.ts', '.svelte'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'], 'svelte-eslint-parser': ['.svelte'] },
    },
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        // For scripts in components, also when import-x reads them on behalf of a module.
        parser: ts.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [TAURI] }],
      'import-x/no-cycle': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // `void signal` is how an effect says that it depends on a signal it does not use.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Indices inside their own loop's bounds are known to be there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Props are declared with `const`, reactive ones with `let`: the compiler tells them apart.
      'prefer-const': 'off',
      'svelte/prefer-const': 'off',
      // Stores keep plain collections beside version counters, or raw state, on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/button-has-type': 'error',
      'svelte/no-unused-props': 'error',
      'svelte/no-target-blank': 'error',
    },
  },
  {
    files: ['**/*.svelte'],
    rules: {
      'max-lines': ['error', 300],
      // The whole script of a component counts as one function.
      'max-lines-per-function': 'off',
      'no-undef': 'off',
      'no-restricted-syntax': ['error', ...MARKUP, ...WORDS, ...STALE],
      // ESLint cannot see the types of other components; svelte-check can, and checks all of these.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/lib/i18n/messages/**', 'src/lib/backend/mock/**', 'src/**/*.test.ts', 'src/test/**'],
    rules: { 'no-restricted-syntax': ['error', ...WORDS, ...STALE] },
  },
  {
    files: ['src/components/shared/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [TAURI, DOMAIN_FROM_SHARED] }],
    },
  },
  {
    files: ['src/lib/backend/tauri.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    files: ['**/*.test.ts', 'browser/**', 'visual/**'],
    rules: {
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['bench/**', 'e2e/**', 'browser/**', 'visual/**', '*.config.js', '*.config.ts'],
    languageOptions: { globals: globals.node },
  },
  // Its figures are for whoever runs it.
  { files: ['bench/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js', '**/*.mjs'], ...ts.configs.disableTypeChecked },
);
