/** The text of a document as an agent is given it: block by block. Loaded when one is asked about a document. */
import type { LifegraphApi } from '#os/api';
import type { AgentManifest } from '#os/agents/manifest';
import type { AgentInput } from '#os/agents/output';
import { DocReplica, plainOf, type Block } from '#domain/editor/model';
import { textNodeOf } from '#domain/editor';
import type { Subject } from '#domain/mind';

/** Of a page that is to be parted also what each block is, as an agent is told it (propose-outline.ts); what is asked is prose. */
function toldAs({ type, attrs }: Block, words: string, { makes }: AgentManifest['capabilities']): string | null {
  if (makes.includes('outline')) return type === 'heading' ? `${'#'.repeat(attrs.level ?? 1)} ${words}` : type === 'code' || type === 'table' ? null : type === 'paragraph' ? words : `> ${words}`;
  return makes.includes('questions') && (type === 'heading' || type === 'code' || type === 'table') ? null : words;
}

/** The blocks of a document that hold words. */
export async function documentInputs(api: LifegraphApi, { capabilities }: AgentManifest, { space, fragment }: Subject): Promise<AgentInput[]> {
  const node = textNodeOf(fragment);
  const graph = api.graph(space);
  const [view, news] = await Promise.all([graph.get(node), graph.updates(node, null)]);
  if (view.state !== 'here') return [];
  const replica = new DocReplica(news.client);
  replica.take(news.updates);
  return replica.shown().flatMap((block) => {
    const words = plainOf(block.text);
    const text = words.trim() === '' ? null : toldAs(block, words, capabilities);
    return text === null ? [] : [{ space, fragment, node, block: block.id, by: view.createdBy, at: view.createdAt, text }];
  });
}
