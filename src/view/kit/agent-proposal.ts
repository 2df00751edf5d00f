/** Makes suggestions of what an agent proposes for a page: a branch of it, reviewed hunk by hunk as one by a person is. The page itself gets nothing of it. Loaded with the first. */
import { toBase64url } from '#base/bytes';
import type { LifegraphApi } from '#os/api';
import { textNodeOf } from '#domain/editor';
import { blocksAt, cutAt, forkAt, oneUpdate } from '#domain/editor/model';
import { makeProposal, writeInProposal } from '#domain/editor/proposals';
import { proposedBlocks } from '#domain/mind/outline';
import type { Result } from '#domain/mind';

/** The id of the proposal; null when there is nothing left in the page that it would change. */
export async function proposeEdits(api: LifegraphApi, result: Result, title: string): Promise<string | null> {
  const { space, fragment } = result.subject;
  const graph = api.graph(space);
  await api.saved().catch(() => undefined);
  const edits = (await api.edits?.(space, textNodeOf(fragment))) ?? [];
  const cut = cutAt(edits, edits.length - 1);
  const next = proposedBlocks(blocksAt(edits, cut), result, () => toBase64url(crypto.getRandomValues(new Uint8Array(16))));
  if (next === null) return null;
  const made = makeProposal(fragment, title, cut, true);
  if (!made.ok) throw new Error(made.error.code);
  const updates = forkAt(edits, cut, crypto.getRandomValues(new Uint32Array(1))[0]!, []).write(next);
  const { ids: [id] } = await graph.transact(made.value, { fragment });
  await graph.transact([writeInProposal(id!, oneUpdate(updates), null)], { fragment });
  return id!;
}
