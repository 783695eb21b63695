import { describe, expect, it } from 'vitest';
import type { PeerRow } from '$lib/backend/generated/PeerRow';
import { happeningKey, isIpv6, peerLines } from './peer-rows';

function peer(addr: string, more: Partial<PeerRow> = {}): PeerRow {
  return {
    addr,
    client: null,
    transport: null,
    incoming: false,
    state: 'connected',
    down_bps: 0,
    up_bps: 0,
    fetched_bytes: 0,
    uploaded_bytes: 0,
    ...more,
  };
}

describe('peerLines', () => {
  it('puts connected peers first, the one that gave or took most on top', () => {
    const lines = peerLines([
      peer('9.9.9.9:1', { state: 'failed' }),
      peer('2.2.2.2:1'),
      peer('1.1.1.1:1'),
      peer('3.3.3.3:1', { uploaded_bytes: 5 }),
    ]);
    expect(lines.map((line) => (line.kind === 'group' ? `${line.id} ${line.count}` : line.id))).toEqual([
      'connected 3',
      '3.3.3.3:1',
      '1.1.1.1:1',
      '2.2.2.2:1',
      'known 1',
      '9.9.9.9:1',
    ]);
  });

  it('has no head for a group without peers', () => {
    expect(peerLines([])).toEqual([]);
    expect(peerLines([peer('1.1.1.1:1')])).toHaveLength(2);
  });
});

describe('happeningKey', () => {
  it('says in which direction data goes', () => {
    expect(happeningKey(peer('a', { down_bps: 900 }))).toBe('details.sends');
    expect(happeningKey(peer('a', { up_bps: 900 }))).toBe('details.takes');
    expect(happeningKey(peer('a', { down_bps: 900, up_bps: 900 }))).toBe('details.both');
    expect(happeningKey(peer('a', { down_bps: 3 }))).toBe('details.connected');
    expect(happeningKey(peer('a', { state: 'failed' }))).toBe('details.failed');
  });
});

it('knows IPv6 by its brackets', () => {
  expect([isIpv6(peer('[::1]:80')), isIpv6(peer('1.1.1.1:80'))]).toEqual([true, false]);
});
