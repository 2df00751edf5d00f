/**
 * The directory for who may read a part of the space only, without a key of `root`. A fragment that is opened to such people tells in itself what it is
 * (`about@1`) and who writes in it (`person@1`); from that their kernel makes the `root` they are shown. It is never sealed, stored or sent.
 */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { Scope } from '#os/rights/acl-model';
import { mayRead } from '#os/rights/permit';
import type { FragmentGraph } from '#vm/graph/fragment-graph';
import type { NodeState } from '#vm/graph/node-state';
import type { At } from '#vm/graph/registers';
import { FRAGMENT, PRIMITIVE, type CborValue, type Operation } from '#vm/protocol/types';
import { derivedNodeId, fragmentOf, ROOT_KEY, spaceNodeId } from './spaces.ts';
import type { Fragment, Kernel, Space } from './state.ts';

/** Node that tells what a fragment is, in the fragment itself: props {type, title, space}. */
export const aboutNodeId = (fragment: Uint8Array): Bytes => derivedNodeId('lgos/about/1', fragment);
export const ABOUT = 'about@1';

/** Is something of the space open to people who cannot read `root`? */
export function hasTellers(space: Space): boolean {
  for (const fragment of space.fragments.values()) if (tellsItself(fragment)) return true;
  return false;
}

/** The part of the space that this person may read; null: all of it, or no member is known here. */
export function ownScope(kernel: Kernel, space: Space): Scope {
  const uid = kernel.profile ? toBase64url(kernel.profile.uid) : '';
  const member = space.rights.memberOf(uid);
  if (member || !kernel.reading) return member?.scope ?? null;
  // What a link opened stays on the screen when it is over.
  const removal = space.rights.view().revokes.findLast(({ to }) => to === uid);
  return removal ? space.rights.removal(removal.id).scope : null;
}

/** Is the fragment open to people who cannot read `root`? */
export function tellsItself(fragment: Fragment): boolean {
  return fragment.graph.byType(ABOUT).size > 0;
}

interface Shown {
  readonly mark: string;
  readonly graph: FragmentGraph;
}
const shown = new WeakMap<Fragment, Shown>();

/** Brings `root` to what the parts tell. 'own': it is to be made from its own records again; else the ids of the nodes that may have changed. */
export function refreshRoot(kernel: Kernel, space: Space): { readonly root: Fragment; readonly nodes: readonly string[] | 'own' } | null {
  const scope = ownScope(kernel, space);
  if (scope === null && !shown.has(must(space.fragments.get(ROOT_KEY), 'root'))) return null;
  const root = fragmentOf(kernel, space, FRAGMENT.root);
  const before = shown.get(root);
  if (scope === null) {
    shown.delete(root);
    return { root, nodes: 'own' };
  }
  const parts = [...scope.keys()].filter((key) => mayRead({ scope }, key)).map((key) => space.fragments.get(key)).filter((fragment) => fragment !== undefined);
  const mark = parts.map(markOf).join('|');
  if (before?.mark === mark && before.graph === root.graph) return null;
  const old = [...root.graph.nodeIds()];
  root.graph = kernel.newGraph();
  for (const part of parts) copyNames(space, part, root.graph);
  shown.set(root, { mark, graph: root.graph });
  return { root, nodes: [...old, ...root.graph.nodeIds()] };
}

function tellers({ graph }: Fragment): NodeState[] {
  return [...graph.byType(ABOUT), ...graph.byType('person@1')].map((id) => graph.node(id)).filter((node) => node !== null && !node.deleted) as NodeState[];
}

const markOf = (part: Fragment): string => tellers(part).map(({ id, updated }) => `${id}${updated?.ms}.${updated?.ctr}.${updated?.writer.key}`).join();

/** What the part tells of itself as an entry of the directory and the name of the space; names of people as they stand there. All as the word of who said it. */
function copyNames(space: Space, part: Fragment, into: FragmentGraph): void {
  for (const node of tellers(part)) {
    const props = node.props();
    const at = must(node.created, 'a shown node was created');
    if (node.type !== ABOUT) {
      create(into, at, node.id, node.type!, props);
      const name = [...(node.registers ?? [])].find(([one]) => one === 'name')?.[1];
      if (name && name.at.writer !== at.writer) apply(into, name.at, PRIMITIVE.nodeSet, [bytesOf(node.id), 'name', name.value]);
      continue;
    }
    if (node.id !== toBase64url(aboutNodeId(part.id))) continue;
    create(into, at, part.key, 'fragment@1', new Map<string, CborValue>([['fragment', part.key], ['type', props.get('type') ?? null], ['title', props.get('title') ?? ''], ['created', at.ms]]));
    create(into, at, toBase64url(spaceNodeId(space.id)), 'space@1', new Map<string, CborValue>([['name', props.get('space') ?? '']]));
  }
}

const bytesOf = (id: string): Bytes => must(fromBase64url(id), 'node id');

function create(graph: FragmentGraph, at: At, id: string, type: string, props: ReadonlyMap<string, CborValue>): void {
  apply(graph, at, PRIMITIVE.nodeCreate, [bytesOf(id), type, new Map(props)]);
}

/** Shown as saved, once per operation: as the record of the part that it stands in is. */
function apply(graph: FragmentGraph, at: At, primitive: number, args: readonly CborValue[]): void {
  const op: Operation = { primitive, args, verb: '', stamp: { ms: at.ms, ctr: at.ctr } };
  graph.apply({ key: `${toBase64url(args[0] as Bytes)} ${primitive} ${at.ms}.${at.ctr} ${at.writer.key}`, writer: at.writer.bytes, seq: Math.max(0, at.seq), ops: [op] });
}
