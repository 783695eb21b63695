import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Rollup } from 'vite';
import { defineConfig } from 'vitest/config';

const source = (folder: string): string => fileURLToPath(new URL(`./src/${folder}`, import.meta.url));

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Puts all that the page's first script imports into one file: each file that is asked for by itself costs the
 * first picture more than the few bytes that only a later part needs.
 */
function inOneFile(): (id: string, about: { getModuleInfo: Rollup.GetModuleInfo }) => string | null {
  let first: Set<string> | null = null;
  return (id, about) => {
    if (first === null) {
      first = new Set([source('main.ts')]);
      for (const one of first)
        for (const imported of about.getModuleInfo(one)?.importedIds ?? []) first.add(imported);
    }
    return first.has(id) ? 'first' : null;
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  resolve: {
    alias: { $lib: source('lib'), $components: source('components') },
    // Vitest would otherwise take Svelte's server build, which has no effects and no DOM.
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  // As strict as the desktop window, so that what it would block is seen in a browser already.
  preview: { port: 4173, strictPort: true, headers: { 'Content-Security-Policy': CSP } },
  build: {
    // WebKitGTK and WKWebView of the oldest supported systems.
    target: 'safari16',
    // Both would put inline code or data URLs in the page, which the CSP forbids.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: inOneFile() }] } } },
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], restoreMocks: true },
}));
