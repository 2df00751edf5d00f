/** The text of a document as an agent is given it: block by block. Loaded when one is asked about a document. */
import type { LifegraphApi } from '#os/api';
import type { AgentInput } from '#os/agents/output';
import { DocReplica, plainOf } from '#domain/editor/model';
import { textNodeOf } from '#domain/editor';
import type { Subject } from '#domain/mind';

/** The blocks of a document that hold words. */
export async function documentInputs(api: LifegraphApi, { space, fragment }: Subject): Promise<AgentInput[]> {
  const node = textNodeOf(fragment);
  const graph = api.graph(space);
  const [view, news] = await Promise.all([graph.get(node), graph.updates(node, null)]);
  if (view.state !== 'here') return [];
  const replica = new DocReplica(news.client);
  replica.take(news.updates);
  return replica.shown().flatMap(({ id, text }) => {
    const words = plainOf(text);
    return words.trim() === '' ? [] : [{ space, fragment, node, block: id, by: view.createdBy, at: view.createdAt, text: words }];
  });
}
