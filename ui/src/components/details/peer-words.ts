/** A peer in words: how it is connected, and its whole row as a screen reader says it. */
import type { PeerRow } from '$lib/backend/generated/PeerRow';
import type { Formatter } from '$lib/domain/format';
import { hasMessage, t } from '$lib/i18n';
import { happeningKey, isIpv6 } from './peer-rows';

export function connectionWords(peer: PeerRow): string[] {
  const words: string[] = [];
  if (peer.transport !== null) {
    const key = `details.transport_${peer.transport}`;
    words.push(hasMessage(key) ? t(key) : peer.transport);
  }
  if (isIpv6(peer)) words.push(t('details.ipv6'));
  if (peer.incoming) words.push(t('details.incoming'));
  return words;
}

export function describePeer(peer: PeerRow, format: Formatter): string {
  const { down_bps: down, up_bps: up, fetched_bytes: received, uploaded_bytes: sent } = peer;
  const parts = [peer.addr, peer.client ?? '', t(happeningKey(peer)), ...connectionWords(peer)];
  const named = [
    ['down', format.speed(down)],
    ['up', format.speed(up)],
    ['received', received === 0 ? '' : format.size(received)],
    ['sent', sent === 0 ? '' : format.size(sent)],
  ] as const;
  const amounts = named.flatMap(([name, text]) => (text === '' ? [] : `${t(`details.${name}`)} ${text}`));
  return [...parts, ...amounts].filter((part) => part !== '').join(', ');
}
