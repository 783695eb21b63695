import { beforeEach, describe, expect, it } from 'vitest';
import { collator, hasMessage, locale, speak, t } from './index';

beforeEach(() => speak('en'));

describe('t', () => {
  it('picks the plural and writes numbers in the language', async () => {
    expect(t('common.toast_removed', { n: 1 })).toBe('Removed 1 torrent.');
    expect(t('common.toast_removed', { n: 1_200 })).toBe('Removed 1,200 torrents.');
    expect(t('common.toast_removed', { n: '1200' })).toBe('Removed 1,200 torrents.');
    await speak('de');
    expect(t('common.of', { part: 1_200, whole: 'x' })).toContain('1.200');
  });
  it('fills in text as it is, markup and braces included', () => {
    expect(t('list.empty_search', { text: '<b>{n}</b>' })).toBe('Nothing matches ‘<b>{n}</b>’.');
  });
  it('leaves a placeholder in sight that nobody filled', () => {
    expect(t('list.net_port')).toBe('Port {port}');
  });
  it('knows which codes have words', () => {
    expect(hasMessage('common.toast_removed')).toBe(true);
    expect(hasMessage('common.toString')).toBe(false);
    expect(hasMessage('nonsense')).toBe(false);
  });
});

describe('names of another direction', () => {
  it('are kept to themselves, and only those', () => {
    expect(t('list.empty_search', { text: 'plain.iso' })).toBe('Nothing matches ‘plain.iso’.');
    expect(t('list.empty_search', { text: 'ملف.iso' })).toBe('Nothing matches ‘\u2068ملف.iso\u2069’.');
    expect(t('list.empty_search', { text: 'a\u202egpj.exe' })).toBe(
      'Nothing matches ‘\u2068a\u202egpj.exe\u2069’.',
    );
  });
  it('are Latin ones in Arabic', async () => {
    await speak('ar');
    expect(t('list.empty_search', { text: 'plain.iso' })).toContain('\u2068plain.iso\u2069');
  });
});

describe('another language', () => {
  it('turns the page round and takes numbers, dates and sorting with it', async () => {
    await speak('ar');
    expect(document.documentElement.dir).toBe('rtl');
    expect(document.documentElement.lang).toBe('ar');
    await speak('de');
    expect(document.documentElement.dir).toBe('ltr');
    expect(locale()).toBe('de');
    expect(['z', 'ä', 'a10', 'a9'].sort(collator().compare)).toEqual(['ä', 'a9', 'a10', 'z']);
  });
  it('is the one asked for last, whichever words come first', async () => {
    await Promise.all([speak('fr'), speak('de'), speak('en')]);
    expect(document.documentElement.lang).toBe('en-US');
    expect(t('common.cancel')).toBe('Cancel');
  });
  it('is English where nobody knows it', async () => {
    await speak('tlh');
    expect(t('common.cancel')).toBe('Cancel');
  });
});
