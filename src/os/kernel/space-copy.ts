/** Everything of a space that this device shows, as a file a person can keep and read without the app. */
import { toBase64url } from '#base/bytes';
import { runQuery } from '#os/graph-manager/query';
import { fragmentOfNode, personName, spaceName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** JSON: people by name, then every node with its text, in the order it was made. */
export function spaceCopy(kernel: Kernel, space: Space): string {
  const nodes = runQuery(space.source, {}).map((node) => {
    const { id, fragment, type, props, sets, counts, parent, edges, createdAt, createdBy, updatedAt, updatedBy } = node;
    const text = node.hasText ? { text: fragmentOfNode(space, id)?.graph.text(id) ?? '' } : {};
    return { id, fragment, type, props, sets, counts, parent, edges, createdAt, createdBy, updatedAt, updatedBy, ...text };
  });
  const people = Object.fromEntries([...space.rights.view().state.persons.entries()].map(([uid]) => [uid, personName(space, uid)]));
  return JSON.stringify({ space: space.key, name: spaceName(space), at: new Date(kernel.time.now()).toISOString(), people, nodes }, (_key, value: unknown) => (value instanceof Uint8Array ? toBase64url(value) : value), 1);
}
