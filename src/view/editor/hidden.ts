/** Documents that are made in more than one act. */
import { AppError } from '#base/app-error';
import type { GraphApi, Query } from '#os/api';
import { beginDocument, deleteDocument, DOCUMENT, readDocument } from '#domain/editor';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';

/** How a page and the list of all are asked for: of those that came last. */
const NEWEST = 32;

/** A new document that stands in the trash, so that nothing half done is in the list: restoreDocument brings it out when it is whole. */
export async function hidden(graph: GraphApi, title: string): Promise<DirectoryEntry> {
  const fragment = await graph.createFragment({ type: DOCUMENT, title });
  const query: Query = { type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT }, order: '-stamp' };
  const find = async (limit?: number): Promise<DirectoryEntry | undefined> => (await graph.query({ ...query, ...(limit === undefined ? {} : { limit }) })).map(readDocument).find((one) => one?.fragment === fragment) ?? undefined;
  const made = (await find(NEWEST)) ?? (await find());
  if (!made) throw new AppError('not-here', 'The document did not appear.');
  await graph.transact(deleteDocument(made));
  await graph.transact(beginDocument(fragment), { fragment });
  return made;
}
