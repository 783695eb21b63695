/** What the list can be sorted by, in words and as a menu. */
import type { MenuItem } from '$components/shared/menu';
import { directionOf, orderBy, type Order, type SortKey } from '$lib/domain/view-sort';
import { t } from '$lib/i18n';

/** The others are reached by the heads of their columns. */
const OFFERED: readonly SortKey[] = [
  'activity',
  'added',
  'name',
  'size',
  'progress',
  'status',
  'down',
  'up',
  'eta',
  'ratio',
  'peers',
  'label',
  'completed',
  'rank',
];

/** As it begins an entry of its own; scripts without capitals stay as they are. */
const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

function wayText(by: SortKey, desc: boolean): string {
  return t(`list.way_${directionOf(by)}_${desc ? 'desc' : 'asc'}`);
}

/** `Date added, newest first` */
export function orderText({ by, desc }: Order): string {
  if (by === 'activity' && desc) return t('list.sort_newest_activity');
  return t('list.sort_how', { by: t(`list.sort_${by}`), way: wayText(by, desc) });
}

const BY = 'by:';
const WAY = 'way:';

export function orderItems(order: Order): MenuItem[] {
  const keys = OFFERED.includes(order.by) ? OFFERED : [...OFFERED, order.by];
  const ways = [true, false].sort((desc) => (desc === orderBy(order.by).desc ? -1 : 1));
  return [
    ...keys.map((by) => ({ id: BY + by, text: t(`list.sort_${by}`), checked: by === order.by })),
    ...ways.map((desc, at) => ({
      id: WAY + String(desc),
      text: capital(wayText(order.by, desc)),
      checked: desc === order.desc,
      lineAbove: at === 0,
    })),
  ];
}

/** The order that an entry of the menu stands for; null when it is none of them. */
export function pickedOrder(id: string, order: Order): Order | null {
  if (id.startsWith(WAY)) return { by: order.by, desc: id === `${WAY}true` };
  const by = OFFERED.find((known) => id === BY + known) ?? (id === BY + order.by ? order.by : undefined);
  if (by === undefined) return null;
  return by === order.by ? order : orderBy(by);
}
