import { describe, expect, it } from 'vitest';
import { Places } from './places';

function placesOf(ranks: Record<string, number>): Places {
  const places = new Places();
  for (const [hash, rank] of Object.entries(ranks)) places.put({ hash, rank });
  return places;
}

describe('places', () => {
  it('count from one, whatever the ranks are', () => {
    const places = placesOf({ late: 900, early: -7, middle: 3 });
    expect(['early', 'middle', 'late'].map((hash) => places.of(hash))).toEqual([1, 2, 3]);
  });
  it('follow what comes before them and what goes', () => {
    const places = placesOf({ a: 1, b: 2 });
    expect(places.of('b')).toBe(2);
    places.put({ hash: 'top', rank: 0 });
    expect(places.of('b')).toBe(3);
    places.drop('a');
    expect(places.of('b')).toBe(2);
    places.put({ hash: 'b', rank: -1 });
    expect(places.of('b')).toBe(1);
  });
  it('are nothing for what is not in the list', () => {
    const places = placesOf({ a: 1 });
    places.clear();
    expect(places.of('a')).toBe(0);
  });
});
