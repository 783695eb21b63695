/** What the window shows: view, dialog, filter. Nothing here outlives the window. */
import type { ApiError } from '$lib/backend/generated/ApiError';
import type { InspectSource } from '$lib/backend/generated/InspectSource';
import type { Preview } from '$lib/backend/generated/Preview';
import { EVERYTHING, type Filter } from '$lib/domain/view';

export type Dialog =
  /** Previews to add, what could not be read, addresses yet to be asked; without any it asks for a link. */
  | {
      readonly kind: 'add';
      readonly previews: readonly Preview[];
      readonly errors: readonly ApiError[];
      readonly sources?: readonly InspectSource[];
    }
  /** Files of a magnet whose list has come. */
  | { readonly kind: 'choose'; readonly hash: string }
  /** To another folder: those that move, or the one that found its place taken. */
  | { readonly kind: 'move'; readonly hashes: readonly string[]; readonly isOther: boolean }
  /** A folder where the files of a torrent may be. */
  | { readonly kind: 'locate'; readonly hash: string }
  /** A torrent, or without a null path one of its files or folders. */
  | {
      readonly kind: 'rename';
      readonly hash: string;
      readonly path: readonly string[] | null;
      readonly name: string;
    }
  /** A torrent to make, or one that is being made or was. */
  | { readonly kind: 'create'; readonly job?: string }
  | { readonly kind: 'shortcuts' };

export class UiStore {
  view = $state<'list' | 'settings'>('list');
  dialog = $state.raw<Dialog | null>(null);
  filter = $state.raw<Filter>(EVERYTHING);
  search = $state('');
  /** Tab of the details: its key. */
  detailsTab = $state('overview');
  /** Narrow windows: the sidebar lies over the list. */
  drawer = $state(false);
  /** Narrow windows: the details are a page of their own. */
  detailsPage = $state(false);
  /** The window is less than 860 px wide. */
  narrow = $state(false);
  /** Counts up to ask the search field for the focus. */
  searchAsked = $state(0);
  /** Counts up to ask the list for the focus. */
  listAsked = $state(0);

  closeDialog(): void {
    this.dialog = null;
  }
  showAll(): void {
    this.filter = EVERYTHING;
    this.search = '';
  }
  askForSearch(): void {
    this.view = 'list';
    this.searchAsked += 1;
  }
  askForList(): void {
    this.listAsked += 1;
  }
}
