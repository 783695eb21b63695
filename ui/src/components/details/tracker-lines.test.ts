import { describe, expect, it } from 'vitest';
import { finderState, tiersOf, trackerOf } from './tracker-lines';

describe('a tracker', () => {
  it('shows scheme, host and port, and keeps the whole address for copying', () => {
    const url = 'HTTPS://Tracker.Example.NET:8443/0123passkey4567/announce?x=1';
    expect(trackerOf(url)).toEqual({ url, place: 'https://tracker.example.net:8443', kind: 'https' });
  });
  it('never shows a key that stands in its address', () => {
    expect(trackerOf('http://me:secret@tracker.example/announce').place).toBe('http://tracker.example');
    expect(trackerOf('udp://tracker.example:1337/secret').place).not.toContain('secret');
  });
  it('of an unknown kind is shown as it is', () => {
    expect(trackerOf('wss://tracker.example/')).toMatchObject({
      place: 'wss://tracker.example',
      kind: 'unknown',
    });
    expect(trackerOf('no address')).toMatchObject({ place: 'no address', kind: 'unknown' });
    expect(trackerOf('http:///announce')).toMatchObject({ place: 'http:///announce', kind: 'unknown' });
  });
});

it('numbers the tiers that have trackers', () => {
  const tiers = tiersOf([['udp://a:1', 'udp://a:1'], [], ['http://b/']]);
  expect(tiers.map(({ number, trackers }) => [number, trackers.map(({ place }) => place)])).toEqual([
    [1, ['udp://a:1']],
    [2, ['http://b']],
  ]);
});

describe('what finds peers without a tracker', () => {
  it('is on or off as the settings say', () => {
    const isOn = (key: string) => key === 'network.dht';
    expect(['dht', 'pex', 'lsd'].map((finder) => finderState(finder as 'dht', false, isOn))).toEqual([
      'on',
      'on',
      'off',
    ]);
  });
  it('is never used for private torrents', () => {
    expect(finderState('dht', true, () => true)).toBe('private');
  });
});
