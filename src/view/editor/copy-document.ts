/** A new document with the blocks and properties of another: a copy, or a page begun with a template. */
import type { LifegraphApi, Op } from '#os/api';
import { copyProperties, DOCUMENT_VERB, propertiesAt, readProperties, restoreDocument, textNodeOf } from '#domain/editor';
import { changeTexts, DocReplica, type Block, type Run } from '#domain/editor/model';
import { newBlockId } from './convert.ts';
import { hidden } from './hidden.ts';
import { newPartId } from './table-nodes.ts';

/** Updates given to the kernel at once. */
const TOGETHER = 16;

/** What a template may ask for between `{{` and `}}`: `date`, `title` and `name`, in any case. */
export type Fillings = Readonly<Record<'date' | 'title' | 'name', string>>;

/** Words of a template with what it asks for; anything else between the signs stays. Pure. */
export function filled(text: readonly Run[], fillings: Fillings): Run[] {
  return text.map((run) => ({ ...run, text: run.text.replace(/\{\{\s*(date|title|name)\s*\}\}/gi, (_, name: string) => fillings[name.toLowerCase() as keyof Fillings]) }));
}

/** The same blocks with ids of their own. */
function anew(block: Block, fillings: Fillings | null): Block {
  const { from: _from, ...rest } = fillings ? changeTexts(block, (text) => filled(text, fillings)) : block;
  const rows = rest.table?.rows.map((row) => ({ ...row, id: newPartId() }));
  return { ...rest, id: newBlockId(), ...(rest.table && rows ? { table: { columns: rest.table.columns.map(() => newPartId()), rows } } : {}) };
}

/** Makes it and answers its fragment. It stands in the trash until it is whole. Rejects with `not-here` while the text that is copied is not on this device; nothing is made then. */
export async function copyDocument(api: LifegraphApi, space: string, source: string, title: string, fillings: Fillings | null): Promise<string> {
  const graph = api.graph(space);
  const there = await graph.updates(textNodeOf(source), null);
  const node = await graph.get(textNodeOf(source));
  const held = new DocReplica(there.client);
  held.take(there.updates);
  // What a newer version made cannot be made anew here.
  const blocks = held.shown().filter(({ type }) => type !== 'newer').map((block) => anew(block, fillings));
  const made = await hidden(graph, title);
  const { fragment } = made;
  const properties = copyProperties(propertiesAt(fragment), node.state === 'here' ? readProperties(node) : []);
  if (properties.length > 0) await graph.transact(properties, { fragment });
  const { client, salt } = await graph.updates(textNodeOf(fragment), null);
  const updates = new DocReplica(client).write(blocks);
  for (let from = 0; from < updates.length; from += TOGETHER) {
    await graph.transact(updates.slice(from, from + TOGETHER).map((update): Op => ({ op: 'text.update', id: textNodeOf(fragment), update, salt, verb: DOCUMENT_VERB.edit })), { fragment });
  }
  await graph.transact(restoreDocument(made));
  return fragment;
}
