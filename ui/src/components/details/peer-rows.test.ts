import { describe, expect, it } from 'vitest';
import type { PeerRow } from '$lib/backend/generated/PeerRow';
import { AT_FIRST, happeningKey, isIpv6, orderBy, orderOf, peerLines, type PeerLine } from './peer-rows';

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

const shown = (lines: readonly PeerLine[]): string[] =>
  lines.flatMap((line) => (line.kind === 'peer' ? [line.id] : []));

describe('the order of peers', () => {
  const peers = [
    peer('80.0.0.1:1', { down_bps: 5, client: 'b' }),
    peer('9.0.0.1:1', { down_bps: 9, client: 'a' }),
    peer('[::1]:1', { down_bps: 1 }),
  ];
  it('follows the column that was asked for, addresses as numbers', () => {
    expect(shown(peerLines(peers, { by: 'addr', desc: false }))).toEqual([
      '9.0.0.1:1',
      '80.0.0.1:1',
      '[::1]:1',
    ]);
    expect(shown(peerLines(peers, { by: 'addr', desc: true }))[0]).toBe('[::1]:1');
    expect(shown(peerLines(peers, { by: 'down', desc: true }))[0]).toBe('9.0.0.1:1');
    expect(shown(peerLines(peers, { by: 'client', desc: false }))).toEqual([
      '[::1]:1',
      '9.0.0.1:1',
      '80.0.0.1:1',
    ]);
  });
  it('is kept where nothing may move, and who is new comes last in its group', () => {
    const before = peerLines(peers, { by: 'down', desc: true });
    const now = [
      peer('7.0.0.1:1', { down_bps: 999 }),
      peer('80.0.0.1:1', { down_bps: 500 }),
      peer('9.0.0.1:1', { state: 'failed' }),
      peer('[::1]:1'),
    ];
    expect(shown(peerLines(now, { by: 'down', desc: true }, before))).toEqual([
      '80.0.0.1:1',
      '[::1]:1',
      '7.0.0.1:1',
      '9.0.0.1:1',
    ]);
  });
  it('turns round when the same column is asked for again', () => {
    const first = orderBy('down', AT_FIRST);
    expect([first, orderBy('down', first), orderBy('addr', first)]).toEqual([
      { by: 'down', desc: true },
      { by: 'down', desc: false },
      { by: 'addr', desc: false },
    ]);
  });
  it('is the usual one when what was remembered makes no sense', () => {
    expect(orderOf({ by: 'sent', desc: true })).toEqual({ by: 'sent', desc: true });
    expect([orderOf(null), orderOf('x'), orderOf({ by: 'choked' })]).toEqual([AT_FIRST, AT_FIRST, AT_FIRST]);
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
