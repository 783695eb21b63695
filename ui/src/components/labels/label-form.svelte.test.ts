import { describe, expect, it } from 'vitest';
import { NO_DEFAULTS, NO_RULES } from '$lib/domain/rules';
import { folderBeside, LabelForm } from './label-form.svelte';

const FULL = {
  save_path: '/data/Films',
  start: false,
  rules: { ...NO_RULES, down: { type: 'value', value: 500_000 }, then: 'low' },
  done: { move_to: '/data/Done', label: 'Seen', program: ['notify-send', '%N'] },
  matches: [{ name: '*.mkv', tracker: 'films.example', min_bytes: 700_000_000, max_bytes: null }],
} as const satisfies Parameters<typeof structuredClone>[0];

describe('a label that is typed', () => {
  it('is the same when nothing was typed', () => {
    expect(new LabelForm(NO_DEFAULTS).isChanged).toBe(false);
    const full = structuredClone(FULL) as unknown as ConstructorParameters<typeof LabelForm>[0];
    const form = new LabelForm(full);
    expect(form.isChanged).toBe(false);
    expect(form.defaults).toEqual(FULL);
    expect(form.matches[0]?.min).toBe('700');
  });
  it('leaves out what is empty', () => {
    const form = new LabelForm(NO_DEFAULTS);
    form.savePath = ' /data ';
    form.program = '\nnotify-send\n\n%N\n';
    form.start = 'yes';
    expect(form.defaults.save_path).toBe('/data');
    expect(form.defaults.done.program).toEqual(['notify-send', '%N']);
    expect(form.defaults.start).toBe(true);
    form.savePath = ' ';
    expect(form.defaults.save_path).toBeNull();
  });
  it('says which rule says nothing, or what cannot be', () => {
    const form = new LabelForm(NO_DEFAULTS);
    form.addMatch();
    expect(form.isSound).toBe(false);
    expect(form.matchProblem(0)).toContain('1');
    const id = form.matches[0]?.id ?? 0;
    form.type(id, 'tracker', 'Tracker.Example.org');
    expect(form.isSound).toBe(true);
    expect(form.defaults.matches[0]?.tracker).toBe('tracker.example.org');
    form.type(id, 'min', '2,5');
    form.type(id, 'max', '1');
    expect(form.isSound).toBe(false);
    form.type(id, 'max', 'much');
    expect(form.isSound).toBe(false);
    form.type(id, 'max', '');
    expect(form.defaults.matches[0]?.min_bytes).toBe(2_500_000);
    form.dropMatch(id);
    expect(form.isChanged).toBe(false);
  });
});

it('has its folder beside the old one when it is called something else', () => {
  expect(folderBeside('/data/Films', 'Movies')).toBe('/data/Movies');
  expect(folderBeside('/data/Films', 'video/Movies')).toBe('/data/Movies');
  expect(folderBeside('D:\\Films', 'Movies')).toBe('D:\\Movies');
});
