/** A file that is kept only after its page was left: its block goes into the text without an editor. */
import type { LifegraphApi, Op } from '#os/api';
import { DOCUMENT_VERB, textNodeOf } from '#domain/editor';
import { DocReplica, type Block } from '#domain/editor/model';
import { newBlockId } from './convert.ts';

export interface LateFile {
  readonly space: string;
  /** Of the page. */
  readonly fragment: string;
  /** Node of the file. */
  readonly id: string;
  readonly name: string;
  readonly picture: boolean;
}

/** Puts it behind the block named, or at the end when that is gone; gives its own block. Rejects as the kernel does, and with `not-here` while the text is not on this device. */
export async function putBehind(api: LifegraphApi, { space, fragment, id, name, picture }: LateFile, behind: string | null): Promise<string> {
  const graph = api.graph(space);
  const node = textNodeOf(fragment);
  const { client, salt, updates } = await graph.updates(node, null);
  const copy = new DocReplica(client);
  copy.take(updates);
  const list = copy.shown();
  const at = list.findIndex((one) => one.id === behind);
  const block: Block = { id: newBlockId(), type: picture ? 'picture' : 'file', attrs: { file: id, ...(picture ? {} : { alt: name }) }, text: [] };
  const made = copy.write(list.toSpliced(at < 0 ? list.length : at + 1, 0, block));
  await graph.transact(made.map((update): Op => ({ op: 'text.update', id: node, update, salt, verb: DOCUMENT_VERB.edit })), { fragment });
  return block.id;
}
