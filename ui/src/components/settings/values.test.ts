import { expect, it } from 'vitest';
import type { SettingView } from '$lib/backend/generated/SettingView';
import { defaultWords } from './values';

it('a number that something is without being changed is written as its bounds are', () => {
  const kind = { type: 'int', min: 1, max: 10_000 } as const;
  const rest = { applies: 'now', shown: true, value: 1, default: 2_000 } as const;
  const view: SettingView = { key: 'network.peer_limit', kind, ...rest };
  const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '');
  expect(plain(defaultWords(view))).toBe('From 1 to 10,000. Default: 2,000.');
  const port = { ...view, key: 'network.port', default: 0 };
  expect(plain(defaultWords(port))).toBe('From 1 to 10,000. Default: chosen by Shoal.');
});
