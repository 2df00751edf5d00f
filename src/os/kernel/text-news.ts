/** The document of a node for an editor with its own copy: what came since it asked last, and a client id to write under. Loaded when a document is opened. */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import type { NodeId, TextNews } from '#os/api';
import { yjsClientId } from '#vm/protocol/ids';
import { fragmentOfNode } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** The graph makes a text anew when records lose or gain effect: then the places in its list mean nothing any more. */
const names = new WeakMap<object, string>();

/** The updates after `mark`; all of them when the mark is null or of a text that was made anew. Whoever reads by a public link gets an id that nothing is ever written under. Throws AppError `not-here`, `no-identity`. */
export function textNews(kernel: Kernel, space: Space, node: NodeId, mark: string | null): TextNews {
  const { slot, reading, deps } = kernel;
  const fragment = fragmentOfNode(space, node);
  if (!slot && !reading) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
  if (!fragment) throw new AppError('not-here', 'This thing is not held on this device.', 'Nothing was changed.', 'Open it first.');
  const salt = deps.random.bytes(16);
  const text = fragment.graph.node(node)?.text;
  let name = '';
  if (text) {
    name = names.get(text) ?? toBase64url(deps.random.bytes(6));
    names.set(text, name);
  }
  const all = text?.news() ?? [];
  const [of, at] = mark?.split('.') ?? [];
  // Copies: what is sent to another thread may be taken away from here.
  return { updates: all.slice(of === name ? Number(at) : 0).map((update) => update.slice()), mark: `${name}.${all.length}`, salt, client: yjsClientId(slot?.writer ?? reading!.uid, salt) };
}
