import { expect, it } from 'vitest';
import { called } from './meant';

const labels = (...names: string[]) => names.map((name) => ({ name }));

it('a label is the one that is called like that, not the first that has it in its name', () => {
  expect(called(labels('Anime HD', 'HD'), 'HD')).toEqual({ name: 'HD' });
  expect(called(labels('Anime HD', 'hd', 'HD'), 'HD')).toEqual({ name: 'HD' });
  expect(called(labels('Anime HD', 'Hd'), 'hD')).toEqual({ name: 'Hd' });
  expect(called(labels('Anime HD', 'HD films'), 'HD')).toBeNull();
});
