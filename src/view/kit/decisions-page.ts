/** The page of a space in which decisions are kept: the same for everybody, whatever language they read. It is known by what its text node says of itself, not by its title. */
import type { LifegraphApi, SpaceView } from '#os/api';
import { beginDocument, DOCUMENT, DOCUMENT_VERB, mayMakeDocuments, mayWriteDocument, textNodeOf } from '#domain/editor';
import { FRAGMENT, readDirectoryEntry, ROOT } from '#domain/shared';
import { enMind } from '#view/i18n/en-mind.ts';
import { ruMind } from '#view/i18n/ru-mind.ts';

/** What such a page is for, in the property `role` of its text node. */
const ROLE = 'decisions';
/** What pages were called that do not say so yet. */
const TITLES: readonly string[] = [enMind, ruMind].map((words) => words['mind.decisionsPage']);

export interface DecisionsPage {
  readonly fragment: string;
  readonly title: string;
}

/** The page that may be written, the oldest of several; one that is made now where there is none. Null: none may be made. */
export async function decisionsPage(api: Pick<LifegraphApi, 'graph'>, space: SpaceView, title: string): Promise<DecisionsPage | null> {
  const graph = api.graph(space.id);
  const [entries, texts] = await Promise.all([graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT } }), graph.query({ type: DOCUMENT, where: { role: ROLE } })]);
  const said = new Set(texts.filter(({ id, fragment }) => id === textNodeOf(fragment)).map(({ fragment }) => fragment));
  const pages = entries.flatMap((node) => readDirectoryEntry(node) ?? []).filter(({ fragment }) => mayWriteDocument(space, fragment)).sort((a, b) => (a.stamp < b.stamp ? -1 : 1));
  const own = pages.find(({ fragment }) => said.has(fragment));
  if (own) return own;
  const old = pages.find((page) => TITLES.includes(page.title));
  if (old) {
    await graph.transact([{ op: 'node.set', id: textNodeOf(old.fragment), props: { role: ROLE }, verb: DOCUMENT_VERB.property }], { fragment: old.fragment });
    return old;
  }
  if (!mayMakeDocuments(space)) return null;
  const fragment = await graph.createFragment({ type: DOCUMENT, title });
  await graph.transact(beginDocument(fragment, { role: ROLE }), { fragment });
  return { fragment, title };
}
