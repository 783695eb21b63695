import { describe, expect, it } from 'vitest';
import { ACTIONS } from '$lib/actions/actions';
import { hasMessage, t } from './index';
import { en } from './messages/en';

/** The text of the interface, without tests and without the catalogue itself. */
const files = import.meta.glob<string>('/src/**/*.{ts,svelte}', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const sources = Object.entries(files)
  .filter(([path]) => !path.includes('/messages/') && !path.includes('.test.'))
  .map(([, text]) => text)
  .join('\n');

const all = Object.entries(en).flatMap(([area, messages]) =>
  Object.entries(messages as Record<string, string>).map(([key, text]) => [`${area}.${key}`, text] as const),
);

describe('the catalogue', () => {
  it('has no stray space', () => {
    for (const [key, text] of all) {
      expect(text, key).toBe(text.trim());
    }
  });

  it('has both forms of every plural', () => {
    const keys = new Set(all.map(([key]) => key));
    for (const key of keys) {
      if (key.endsWith('_one')) expect(keys, key).toContain(key.replace(/_one$/, '_other'));
      if (key.endsWith('_other')) expect(keys, key).toContain(key.replace(/_other$/, '_one'));
    }
  });

  it('speaks calmly', () => {
    for (const [key, text] of all) expect(text, key).not.toMatch(/!|\bplease\b|\boops\b|successfully/i);
  });

  it('has no message that nothing says', () => {
    // Keys may be put together: t(`status.state_${row.status}`) says every key that begins so.
    const beginnings = [...sources.matchAll(/`([a-z]+\.\w*)\$\{/g)].map(([, start]) => start ?? '');
    const unused = all
      .map(([key]) => key.replace(/_(zero|one|two|few|many|other)$/, ''))
      .filter((key) => !sources.includes(`'${key}'`) && !beginnings.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });

  it('names every action', () => {
    for (const { title } of ACTIONS) expect(hasMessage(title), title).toBe(true);
  });
});

describe('t', () => {
  it('picks the plural and writes numbers in the locale', () => {
    expect(t('common.toast_removed', { n: 1 })).toBe('Removed 1 torrent.');
    expect(t('common.toast_removed', { n: 1_200 })).toBe(
      `Removed ${new Intl.NumberFormat().format(1_200)} torrents.`,
    );
  });
  it('fills in text as it is, markup and braces included', () => {
    expect(t('list.empty_search', { text: '<b>{n}</b>' })).toBe('Nothing matches ‘<b>{n}</b>’.');
  });
  it('leaves a placeholder in sight that nobody filled', () => {
    expect(t('list.net_port')).toBe('Port {port}');
  });
});
