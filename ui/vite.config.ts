import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { HtmlTagDescriptor, Plugin, Rollup } from 'vite';
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

/** The chunk that draws the window. */
const FIRST = 'begin';

/** Names in the page what its first script asks for, so that all of it is on its way at once. */
function fetchAhead(): Plugin {
  const link = (attrs: Record<string, string>): HtmlTagDescriptor => ({
    tag: 'link',
    attrs: { ...attrs, crossorigin: '' },
    injectTo: 'head',
  });
  return {
    name: 'shoal:fetch-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const first = chunks.find(({ name, isDynamicEntry }) => isDynamicEntry && name === FIRST);
        if (first === undefined) throw new Error(`There is no chunk ${FIRST}`);
        const wanted = new Set<Rollup.OutputChunk>([first]);
        for (const chunk of wanted) {
          for (const needed of chunks) if (chunk.imports.includes(needed.fileName)) wanted.add(needed);
        }
        const styles = new Set([...wanted].flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]));
        return [
          ...[...wanted].map(({ fileName }) => ({ rel: 'modulepreload', href: `/${fileName}` })),
          ...[...styles].map((file) => ({ rel: 'stylesheet', href: `/${file}` })),
        ].flatMap((attrs) => (html.includes(attrs.href) ? [] : link(attrs)));
      },
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), fetchAhead()],
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
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], restoreMocks: true },
}));
