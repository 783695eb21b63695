/** The peers of a torrent in the order and with the words they are shown with. */
import type { PeerRow } from '$lib/backend/generated/PeerRow';
import type { MessageKey } from '$lib/i18n';

export type PeerLine =
  | { readonly kind: 'group'; readonly id: 'connected' | 'known'; readonly count: number }
  | { readonly kind: 'peer'; readonly id: string; readonly peer: PeerRow };

export const PEER_SORTS = [
  'moved',
  'addr',
  'client',
  'connection',
  'down',
  'up',
  'received',
  'sent',
] as const;
export type PeerSort = (typeof PEER_SORTS)[number];
export interface PeerOrder {
  readonly by: PeerSort;
  readonly desc: boolean;
}

/** Who gave or took most comes first: that changes slowly. */
export const AT_FIRST: PeerOrder = { by: 'moved', desc: true };

/** Below this many bytes a second it is only talk about who has what. */
const MOVING_BPS = 64;

type Compare = (a: PeerRow, b: PeerRow) => number;

const COMPARE: Readonly<Record<PeerSort, Compare>> = {
  moved: (a, b) => moved(a) - moved(b),
  addr: () => 0,
  client: (a, b) => compareText(a.client ?? '', b.client ?? ''),
  connection: (a, b) => compareText(connectionKey(a), connectionKey(b)),
  down: (a, b) => a.down_bps - b.down_bps,
  up: (a, b) => a.up_bps - b.up_bps,
  received: (a, b) => a.fetched_bytes - b.fetched_bytes,
  sent: (a, b) => a.uploaded_bytes - b.uploaded_bytes,
};

/**
 * Connected ones first, each group below its head. With `kept`, the order they are shown in, nobody
 * changes places: who is new comes last in its group. So nothing moves below the pointer.
 */
export function peerLines(
  peers: readonly PeerRow[],
  order: PeerOrder = AT_FIRST,
  kept: readonly PeerLine[] | null = null,
): PeerLine[] {
  const sorted = [...peers].sort(comparePeers(order));
  if (kept !== null) {
    const places = new Map(kept.map(({ id }, at) => [id, at]));
    const place = ({ addr }: PeerRow): number => places.get(addr) ?? kept.length;
    sorted.sort((a, b) => place(a) - place(b));
  }
  const isConnected = (peer: PeerRow): boolean => peer.state === 'connected';
  return [
    ...group('connected', sorted.filter(isConnected)),
    ...group(
      'known',
      sorted.filter((peer) => !isConnected(peer)),
    ),
  ];
}

/** The order after a click on a column: the same one turns it round; amounts begin with the largest. */
export function orderBy(by: PeerSort, now: PeerOrder): PeerOrder {
  if (now.by === by) return { by, desc: !now.desc };
  return { by, desc: by !== 'addr' && by !== 'client' && by !== 'connection' };
}

/** The order that was remembered, which may be anything. */
export function orderOf(remembered: unknown): PeerOrder {
  if (typeof remembered !== 'object' || remembered === null) return AT_FIRST;
  const { by, desc } = remembered as { by?: unknown; desc?: unknown };
  const known = PEER_SORTS.find((sort) => sort === by);
  return known === undefined ? AT_FIRST : { by: known, desc: desc === true };
}

export function isIpv6(peer: PeerRow): boolean {
  return peer.addr.startsWith('[');
}

export function happeningKey(peer: PeerRow): MessageKey {
  if (peer.state !== 'connected') return `details.${peer.state}`;
  const [down, up] = [peer.down_bps >= MOVING_BPS, peer.up_bps >= MOVING_BPS];
  if (down && up) return 'details.both';
  if (down) return 'details.sends';
  return up ? 'details.takes' : 'details.connected';
}

function comparePeers({ by, desc }: PeerOrder): Compare {
  const sign = desc ? -1 : 1;
  // Addresses break ties, and they are the order themselves when somebody asks for it.
  const ties = by === 'addr' ? sign : 1;
  return (a, b) => sign * COMPARE[by](a, b) || ties * compareAddresses(a.addr, b.addr);
}

function group(id: 'connected' | 'known', peers: readonly PeerRow[]): PeerLine[] {
  if (peers.length === 0) return [];
  const head: PeerLine = { kind: 'group', id, count: peers.length };
  return [head, ...peers.map((peer): PeerLine => ({ kind: 'peer', id: peer.addr, peer }))];
}

function moved(peer: PeerRow): number {
  return peer.fetched_bytes + peer.uploaded_bytes;
}

function connectionKey(peer: PeerRow): string {
  return `${peer.transport ?? ''} ${peer.incoming ? 1 : 0} ${isIpv6(peer) ? 1 : 0}`;
}

/** IPv4 before IPv6, and 9.0.0.0 before 80.0.0.0. */
function compareAddresses(a: string, b: string): number {
  return compareText(addressKey(a), addressKey(b));
}

const addressKeys = new Map<string, string>();
/** Addresses come and go; this many are kept ready. */
const KEYS_MAX = 5_000;

function addressKey(address: string): string {
  let key = addressKeys.get(address);
  if (key === undefined) {
    if (addressKeys.size >= KEYS_MAX) addressKeys.clear();
    const padded = address.replace(/\d+/g, (digits) => digits.padStart(5, '0'));
    key = address.startsWith('[') ? `~${address}` : padded;
    addressKeys.set(address, key);
  }
  return key;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
