/**
 * Adding without the dialog, as somebody asked for who held a key: as the settings say, and programs in
 * disguise are left out. What needs an answer is asked about all the same.
 */
import { openPreviews, sourcesOfText } from '$lib/adding';
import { toCallError } from '$lib/backend/backend';
import type { ApiError } from '$lib/backend/generated/ApiError';
import type { Preview } from '$lib/backend/generated/Preview';
import type { Dropping } from '$lib/dropping';
import { t } from '$lib/i18n';
import { tellRefused } from '$lib/refusal';
import { addDefaults, AddSession, type AddItem } from './add-session.svelte';

export async function addAtOnce(
  app: Dropping,
  previews: readonly Preview[],
  urls: readonly string[],
  start: boolean,
): Promise<void> {
  const session = new AddSession(app.backend, addDefaults(app.settings), () => app.torrents.labels);
  session.chooseStart(start);
  session.take(previews);
  if (urls.length > 0) {
    const over = app.toasts.busy(t('desk.drop_fetching', { n: urls.length }));
    await session.lookUp(sourcesOfText(urls.join('\n')));
    over();
  }
  tellRefused(app.toasts, refusedOf(session));
  await session.settled();
  const asked = session.ticked.filter((item) => needsAnswer(session, item));
  for (const item of asked) item.ticked = false;
  const refused = await addTicked(app, session, start);
  // Those that came up only when they were to be added stay in the session as well.
  const open = [...asked, ...session.ticked];
  if (open.length > 0) {
    openPreviews(
      app,
      open.map(({ preview }) => preview),
      refused,
      [],
      start,
    );
  }
}

function needsAnswer(session: AddSession, item: AddItem): boolean {
  if (item.preview.already_added) return false;
  return item.isInTheWay || item.isEmpty || (session.here.includes(item) && !session.folder.isUsable);
}

function refusedOf(session: AddSession): ApiError[] {
  return session.refusals.map(({ name, code, params }) => ({ code, params: { name, ...params } }));
}

/** Tells what was added; what could not be. */
async function addTicked(app: Dropping, session: AddSession, start: boolean): Promise<ApiError[]> {
  if (session.ticked.length === 0) {
    const here = session.items.filter(({ preview }) => preview.already_added);
    if (here.length > 0) app.toasts.info(t('desk.drop_all_here', { n: here.length }));
    return [];
  }
  const { fresh } = session;
  const outcome = await session.add();
  for (const name of outcome?.merged ?? []) app.toasts.info(t('add.merged', { name }));
  const added = fresh.filter((item) => !session.items.includes(item)).map(({ preview }) => preview);
  const [first] = added;
  if (first !== undefined) tellAdded(app, added, first.name, start);
  return refusedOf(session);
}

function tellAdded(app: Dropping, added: readonly Preview[], name: string, start: boolean): void {
  const words = { n: added.length, name };
  const text = start ? t('desk.drop_added', words) : t('desk.drop_added_stopped', words);
  app.toasts.own(text, () => void takeBack(app, added));
}

/** Off the list again; what was written meanwhile stays, as with every removal. */
async function takeBack(app: Dropping, added: readonly Preview[]): Promise<void> {
  const hashes = added.map(({ hash }) => hash);
  try {
    await app.backend.call('remove', { hashes, data: 'keep' });
  } catch (thrown) {
    app.toasts.error(toCallError(thrown));
  }
}
