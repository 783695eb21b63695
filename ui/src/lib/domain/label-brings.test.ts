import { describe, expect, it } from 'vitest';
import type { LabelDefaults } from '$lib/backend/generated/LabelDefaults';
import type { LabelView } from '$lib/backend/generated/LabelView';
import { bringsOf } from './label-brings';
import { NO_DEFAULTS } from './rules';

const label = (name: string, of: Partial<LabelDefaults>): LabelView => ({
  name,
  colour: 0,
  defaults: { ...NO_DEFAULTS, ...of },
});

const LABELS = [
  label('films', { save_path: '/data/films', start: false }),
  label('films/hd', { save_path: '/data/hd' }),
  label('music', { start: true }),
];

describe('what labels bring', () => {
  it('is said by the first that says anything, each before the ones it is below', () => {
    expect(bringsOf(['gone', 'films/hd', 'music'], LABELS)).toEqual({
      folder: { value: '/data/hd', label: 'films/hd' },
      start: { value: false, label: 'films' },
    });
    expect(bringsOf(['music', 'films/sd'], LABELS)).toEqual({
      folder: { value: '/data/films', label: 'films' },
      start: { value: true, label: 'music' },
    });
  });

  it('is nothing where none says anything', () => {
    expect(bringsOf([], LABELS)).toEqual({ folder: null, start: null });
    expect(bringsOf(['films'], [])).toEqual({ folder: null, start: null });
  });
});
