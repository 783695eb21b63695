import { describe, expect, it } from 'vitest';
import { accept, suggest, type SuggestContext } from './query-suggest';
import { TERM_KEYS } from './query-tokens';

const CONTEXT: SuggestContext = {
  labels: [
    { name: 'Old films', colour: 1 },
    { name: 'Films', colour: 2 },
    { name: 'Say "hi"', colour: 3 },
    { name: 'أفلام قديمة', colour: 4 },
  ],
  trackers: ['bttracker.debian.org', 'films.example'],
};
const texts = (text: string, caret = text.length): string[] =>
  suggest(text, caret, CONTEXT).map((one) => `${one.key} ${one.text}`);
/** The field after the first suggestion with that text was taken. */
const taken = (text: string, wanted: string, caret = text.length): string => {
  const found = suggest(text, caret, CONTEXT).find((one) => one.text === wanted);
  if (found === undefined) throw new Error(`${wanted} is not suggested`);
  const edit = accept(text, found);
  return `${edit.text.slice(0, edit.caret)}|${edit.text.slice(edit.caret)}`;
};

describe('suggestions', () => {
  it('explain every term in an empty field', () => {
    expect(suggest('', 0, CONTEXT).map(({ key }) => key)).toEqual(TERM_KEYS);
    expect(suggest('', 0, CONTEXT).every(({ kind }) => kind === 'help')).toBe(true);
  });
  it.each([
    ['f', []],
    ['fil', ['label Films', 'label Old films', 'tracker films.example']],
    ['si', ['size size>']],
    ['sta', ['status status:']],
    ['seed', ['status seeding']],
    ['"fil"', []],
    ['fil ', []],
    ['label:', ['label Old films', 'label Films', 'label Say "hi"', 'label أفلام قديمة']],
    ['label:قد', ['label أفلام قديمة']],
    ['label:"Old films"', []],
    ['label:films', ['label Films', 'label Old films']],
    ['status:s', ['status seeding', 'status stopped']],
    ['tracker:deb', ['tracker bttracker.debian.org']],
    ['private:', ['private yes', 'private no']],
    ['added<7', ['added 7d']],
    ['added<7d', []],
  ])('for %s', (text, wanted) => expect(texts(text)).toEqual(wanted));

  it('are about the word at the caret', () => {
    expect(texts('fil ratio>2', 3)).toEqual(['label Films', 'label Old films', 'tracker films.example']);
  });
});

describe('a suggestion that is taken', () => {
  it.each([
    ['si', 'size>', 'size>|'],
    ['-lab', 'label:', '-label:|'],
    ['fil', 'Films', 'label:Films |'],
    ['-fil', 'Old films', '-label:"Old films" |'],
    ['label:say', 'Say "hi"', 'label:"Say ""hi""" |'],
    ['label:أفلام', 'أفلام قديمة', 'label:"أفلام قديمة" |'],
    ['size>=1', '1GB', 'size>=1GB |'],
    ['debian status:se', 'seeding', 'debian status:seeding |'],
  ])('%s becomes %s: %s', (text, wanted, after) => expect(taken(text, wanted)).toBe(after));
  it('leaves what stands behind it', () => {
    expect(taken('fil ratio>2', 'Films', 3)).toBe('label:Films |ratio>2');
  });
});
