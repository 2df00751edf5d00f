/** Makes suggestions of the edits an agent proposes: a branch of the page, reviewed hunk by hunk as one by a person is. The page itself gets nothing of it. Loaded with the first. */
import type { LifegraphApi } from '#os/api';
import { textNodeOf } from '#domain/editor';
import { blocksAt, cutAt, forkAt, oneUpdate, plainOf } from '#domain/editor/model';
import { makeProposal, writeInProposal } from '#domain/editor/proposals';
import { mendedRuns, slipsOf } from '#domain/mind/tidy';
import type { Result } from '#domain/mind';

/** The id of the proposal; null when the page has none of the slips any more. */
export async function proposeEdits(api: LifegraphApi, { subject, items, lineage }: Result, title: string): Promise<string | null> {
  const { space, fragment } = subject;
  const graph = api.graph(space);
  await api.saved().catch(() => undefined);
  const edits = (await api.edits?.(space, textNodeOf(fragment))) ?? [];
  const cut = cutAt(edits, edits.length - 1);
  const wanted = new Set(items.flatMap(({ sources }) => lineage?.inputs[sources[0] ?? -1]?.block ?? []));
  let changed = false;
  const next = blocksAt(edits, cut).map((block) => {
    const slips = wanted.has(block.id) && block.type !== 'code' && block.type !== 'table' ? slipsOf(plainOf(block.text)) : [];
    if (slips.length === 0) return block;
    changed = true;
    return { ...block, text: mendedRuns(block.text, slips) };
  });
  if (!changed) return null;
  const made = makeProposal(fragment, title, cut, true);
  if (!made.ok) throw new Error(made.error.code);
  const updates = forkAt(edits, cut, crypto.getRandomValues(new Uint32Array(1))[0]!, []).write(next);
  const { ids: [id] } = await graph.transact(made.value, { fragment });
  await graph.transact([writeInProposal(id!, oneUpdate(updates), null)], { fragment });
  return id!;
}
