/** The peers of a torrent in the order and with the words they are shown with. */
import type { PeerRow } from '$lib/backend/generated/PeerRow';
import type { MessageKey } from '$lib/i18n';

export type PeerLine =
  | { readonly kind: 'group'; readonly id: 'connected' | 'known'; readonly count: number }
  | { readonly kind: 'peer'; readonly id: string; readonly peer: PeerRow };

/** Below this many bytes a second it is only talk about who has what. */
const MOVING_BPS = 64;

/** Connected ones first, each group below its head. Who gave or took most comes first: that changes slowly. */
export function peerLines(peers: readonly PeerRow[]): PeerLine[] {
  const connected = peers.filter((peer) => peer.state === 'connected');
  const known = peers.filter((peer) => peer.state !== 'connected');
  connected.sort((a, b) => moved(b) - moved(a) || compareText(a.addr, b.addr));
  known.sort((a, b) => compareText(a.addr, b.addr));
  return [...group('connected', connected), ...group('known', known)];
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

function group(id: 'connected' | 'known', peers: readonly PeerRow[]): PeerLine[] {
  if (peers.length === 0) return [];
  const head: PeerLine = { kind: 'group', id, count: peers.length };
  return [head, ...peers.map((peer): PeerLine => ({ kind: 'peer', id: peer.addr, peer }))];
}

function moved(peer: PeerRow): number {
  return peer.fetched_bytes + peer.uploaded_bytes;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
