import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '../test/fake-backend';
import { delta, row, snapshot } from '../test/rows';
import { AppContext } from './app.svelte';
import type { SettingValueView } from './backend/generated/SettingValueView';
import { t } from './i18n';
import { beginLanguage, followLook } from './look.svelte';

const page = document.documentElement;
let backend: FakeBackend;
let app: AppContext;
let rev = 1;

/** What the system says about contrast, and who listens. */
let systemWantsMore = false;
let tell: (() => void)[] = [];

beforeEach(() => {
  systemWantsMore = false;
  tell = [];
  vi.stubGlobal('matchMedia', () => ({
    get matches() {
      return systemWantsMore;
    },
    addEventListener: (_: string, listener: () => void) => tell.push(listener),
    removeEventListener: () => undefined,
  }));
  localStorage.clear();
  backend = new FakeBackend();
  app = new AppContext(backend);
  app.start();
  followLook(app);
  rev = 1;
  backend.send({ type: 'snapshot', ...snapshot([row('a')]) });
  flushSync();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function set(settings: Record<string, SettingValueView>): void {
  rev += 1;
  backend.send({ type: 'delta', ...delta(rev, { settings }) });
  flushSync();
}

describe('the language', () => {
  it('follows the setting without a reload, there and back', async () => {
    set({ 'appearance.language': 'ar' });
    await vi.waitFor(() => expect(page.dir).toBe('rtl'));
    expect(app.format.size(4_700_000_000)).toContain('غ.ب');
    set({ 'appearance.language': 'en' });
    await vi.waitFor(() => expect(page.dir).toBe('ltr'));
    expect(t('common.cancel')).toBe('Cancel');
    expect(app.format.size(4_700_000_000)).toContain('GB');
  });

  it('of last time is there before Shoal has answered', async () => {
    set({ 'appearance.language': 'de' });
    await vi.waitFor(() => expect(page.lang).toBe('de'));
    page.lang = '';
    await beginLanguage();
    expect(page.lang).toBe('de');
  });

  it('is remembered by nobody where the browser keeps nothing', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('no', 'QuotaExceededError');
    });
    set({ 'appearance.language': 'fr' });
    await vi.waitFor(() => expect(page.lang).toBe('fr'));
    expect(app.toasts.all).toEqual([]);
  });
});

describe('contrast', () => {
  it('is what the settings ask for', () => {
    expect(page.dataset['contrast']).toBeUndefined();
    set({ 'appearance.contrast': 'more' });
    expect(page.dataset['contrast']).toBe('more');
    set({ 'appearance.contrast': 'system' });
    expect(page.dataset['contrast']).toBeUndefined();
  });
  it('follows the system when that changes', () => {
    systemWantsMore = true;
    for (const listener of tell) listener();
    expect(page.dataset['contrast']).toBe('more');
  });
});
