/** The syscall that writes: rights first, then stamps, then the graph at once, then a planned flush. Nothing here waits for crypto, disk or network. */
import { RESULT_TYPE } from '#os/agents/event';
import { AppError } from '#base/app-error';
import { concat, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { NodeId, Op } from '#os/api';
import { toOperations, type OperationContext } from '#os/graph-manager/operations';
import { KERNEL_LIMITS } from '#os/limits';
import { ownIdHead, RULES_VERSION } from '#os/rights/policy';
import { onlyComments } from '#os/rights/permit';
import { CHANGE } from '#os/rights/thing-rules';
import { encodedSize } from '#vm/protocol/operation';
import { PRIMITIVE, ROLE, type CborValue, type Operation } from '#vm/protocol/types';
import { finishBatch, newBatch, publishTouched, tell, touch, type Batch } from './deliver.ts';
import { checkOwnRoom } from './author-budget.ts';
import { forbidsNow, mayWriteNow } from './expiry.ts';
import { takeStamp, type Sealer } from './sealer.ts';
import { fragmentOf, fragmentOfNode, generalFragment } from './spaces.ts';
import type { Fragment, Kernel, PendingOp, Space } from './state.ts';
import type { TextSessions } from './text-sessions.ts';

export interface TransactDeps {
  readonly kernel: Kernel;
  readonly sealer: Sealer;
  readonly texts: TextSessions;
}

/** Applies the operations and returns the ids. Throws AppError `no-right`, `not-here`, `too-much` and those of toOperations; then nothing was applied. */
export function transact(deps: TransactDeps, space: Space, ops: readonly Op[], into?: string): NodeId[] {
  const { kernel } = deps;
  checkMayWrite(kernel, space);
  if (!Array.isArray(ops) || ops.length > KERNEL_LIMITS.transactOps) throw new AppError('too-much', 'Too many operations in one step.', 'Nothing was changed.', 'Split them.');
  const batch = newBatch('local');
  const ids: NodeId[] = [];
  const at = kernel.deps.clock.now();
  const made = new Map<Fragment, PendingOp[]>();
  const homes = new Map<string, Fragment>();
  const spliced = new Set<Fragment>();
  try {
    for (const op of ops) {
      const fragment = homeOf(deps, space, op, into, homes);
      if (!mayWriteNow(kernel, space, fragment)) throw noRight();
      if (op.op === 'text.splice') spliced.add(fragment);
      const { id, operations } = toOperations(op, operationContext(deps, space, fragment));
      ids.push(id);
      if (op.op === 'node.create') homes.set(id, fragment);
      let list = made.get(fragment);
      if (!list) made.set(fragment, (list = []));
      checkRules(kernel, space, fragment.key, operations);
      for (const operation of operations) list.push({ op: operation, at, size: checkedSize(operation) });
    }
    deps.texts.settle(true);
  } catch (error) {
    deps.texts.settle(false);
    takeBack(deps, space, spliced);
    throw error;
  }
  applyMade(deps, space, made, batch);
  announceCreated(kernel, space, ops, ids);
  return ids;
}

/** What one act made, shown and planned to be sealed: of several fragments together (ACT1). */
function applyMade(deps: TransactDeps, space: Space, made: ReadonlyMap<Fragment, readonly PendingOp[]>, batch: Batch): void {
  const touched = [...made].filter(([, pending]) => pending.length > 0);
  const act = touched.length > 1 ? touched.map(([fragment]) => fragment) : null;
  for (const [fragment, pending] of touched) {
    const operations = pending.map((item) => item.op);
    applyPending(deps.kernel, fragment, operations, act ? pending.map((item) => ({ ...item, act })) : pending, batch);
    deps.sealer.schedule(space, fragment, flushWindow(operations));
  }
  publishTouched(deps.kernel, space, batch);
}

/** One act of ready operations, their stamps in the order in which they stand in each fragment. Throws as transact does; then nothing was applied. */
export function writeAct(deps: TransactDeps, space: Space, list: ReadonlyMap<Fragment, readonly Operation[]>): void {
  const { kernel } = deps;
  checkMayWrite(kernel, space);
  const at = kernel.deps.clock.now();
  const made = new Map<Fragment, PendingOp[]>();
  for (const [fragment, operations] of list) {
    if (operations.length === 0) continue;
    if (!mayWriteNow(kernel, space, fragment)) throw noRight();
    checkRules(kernel, space, fragment.key, operations);
    made.set(fragment, operations.map((op) => ({ op, at, size: checkedSize(op) })));
  }
  applyMade(deps, space, made, newBatch('local'));
}

/** Own operations into the graph and the pending list. */
export function applyLocal(kernel: Kernel, fragment: Fragment, operations: readonly Operation[], batch: Batch): void {
  const at = kernel.deps.clock.now();
  applyPending(kernel, fragment, operations, operations.map((op) => ({ op, at })), batch);
}

function applyPending(kernel: Kernel, fragment: Fragment, operations: readonly Operation[], pending: readonly PendingOp[], batch: Batch): void {
  const touched = fragment.graph.apply({ key: null, writer: kernel.slot!.writer, seq: -1, ops: operations });
  for (const item of pending) fragment.pending.push(item);
  touch(batch, fragment, touched.nodes);
}

/** Bytes of an operation. What cannot be encoded or sealed is refused here: in the pending list it would keep everything behind it from being saved. */
function checkedSize(op: Operation): number {
  let size: number;
  try {
    size = encodedSize(op);
  } catch {
    throw new AppError('bad-value', 'A text or value in it cannot be stored.', 'Nothing was changed.', 'Change the value and try again.');
  }
  if (size > KERNEL_LIMITS.opBytes) throw new AppError('too-large', 'One change is larger than 60 kB.', 'Nothing was changed.', 'Split it into smaller parts.');
  return size;
}

/** A text edit shows in the document at once; when another operation of the step is refused, the documents are made anew without it. */
function takeBack({ kernel, texts }: TransactDeps, space: Space, spliced: ReadonlySet<Fragment>): void {
  if (spliced.size === 0) return;
  texts.reset();
  const batch = newBatch('local');
  for (const fragment of spliced) batch.rebuild.add(fragment);
  finishBatch(kernel, space, batch);
}

/** Throws what transact would throw of these, and applies nothing. Not for text.splice: it shows in its document at once. */
export function checkOps(deps: TransactDeps, space: Space, ops: readonly Op[], into: string): void {
  const { kernel } = deps;
  checkMayWrite(kernel, space);
  const fragment = named(kernel, space, into);
  if (!mayWriteNow(kernel, space, fragment)) throw noRight();
  for (const op of ops) {
    const { operations } = toOperations(op, operationContext(deps, space, fragment));
    checkRules(kernel, space, fragment.key, operations);
    for (const operation of operations) checkedSize(operation);
  }
}

const noRight = (): AppError => new AppError('no-right', 'You can read this, not change it.', 'Nothing was changed.', 'Ask an admin.');

/** What every peer would find without effect is not begun. */
function checkRules(kernel: Kernel, space: Space, fragment: string, operations: readonly Operation[]): void {
  if (!forbidsNow(kernel, space, fragment, operations)) return;
  throw new AppError('rules', 'The rules of this space do not let you do this.', 'Nothing was changed.', 'Ask an owner.');
}

/** Whoever knows fewer rules than an Owner asks for writes nothing: others would find it without effect, or it would break a rule that is not known here. */
export function checkVersion(space: Space): void {
  if (space.rights.view().state.policy.minVersion > RULES_VERSION) throw new AppError('old-rules', 'This space has rules that this version does not know.', 'Nothing was changed.', 'Update LifeGraph.');
}

/** Owner, Admin and Member write; a Guest does what the rules open to guests. A courtesy here, a rule on every peer. */
export function checkMayWrite(kernel: Kernel, space: Space): void {
  if (!kernel.profile || !kernel.slot) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
  if (!mayWriteNow(kernel, space)) throw noRight();
  checkVersion(space);
  checkOwnRoom(space, toBase64url(kernel.profile.uid));
  let pending = 0;
  for (const fragment of space.fragments.values()) pending += fragment.pending.length + fragment.sealing.length;
  if (pending > KERNEL_LIMITS.pendingOps) throw new AppError('store-behind', 'Too much is waiting to be saved.', 'What you see is in memory only until it is saved.', 'Wait, or export the unsaved changes.');
}

/** Acts (create, delete, edges) flush at once; property edits and marks in a burst; text when idle (FORMATS 3, Batch windows). */
function flushWindow(operations: readonly Operation[]): 'act' | 'property' | 'text' {
  let window: 'act' | 'property' | 'text' = 'text';
  for (const { primitive } of operations) {
    const property = primitive === PRIMITIVE.nodeSet || primitive === PRIMITIVE.edgeSet || primitive === PRIMITIVE.maxSet || primitive === PRIMITIVE.posSet || primitive === PRIMITIVE.countAdd;
    if (primitive === PRIMITIVE.textUpdate) continue;
    if (!property) return 'act';
    window = 'property';
  }
  return window;
}

/** Where an operation goes: to the fragment that is named or that holds its subject; of what was moved from there, to where that is now (MOV5). */
function homeOf(deps: TransactDeps, space: Space, op: Op, into: string | undefined, homes: ReadonlyMap<string, Fragment>): Fragment {
  const found = placeOf(deps, space, op, into, homes);
  const { graph } = found;
  if (graph.marked.size === 0) return found;
  const about = op.op === 'edge.add' ? [op.from] : op.op === 'edge.set' || op.op === 'edge.remove' ? [graph.edge(op.id)?.live?.from] : [op.id, op.op === 'node.create' ? op.props['replyTo'] : undefined];
  const home = about.map((id) => (typeof id === 'string' ? space.source.home(found.key, id) : found.key)).find((key) => key !== found.key);
  if (home === undefined) return found;
  const there = space.fragments.get(home);
  if (!there) throw new AppError('not-here', 'This was moved to a place that is not open to you.', 'Nothing was changed.', 'Ask an admin.');
  return there;
}

function placeOf(deps: TransactDeps, space: Space, op: Op, into: string | undefined, homes: ReadonlyMap<string, Fragment>): Fragment {
  if (into !== undefined) return named(deps.kernel, space, into);
  const subject = op.op === 'edge.add' ? op.from : op.id;
  const fresh = subject === undefined ? undefined : homes.get(subject);
  if (fresh) return fresh;
  if (op.op === 'edge.set' || op.op === 'edge.remove') {
    for (const fragment of space.fragments.values()) if (fragment.graph.edge(op.id)) return fragment;
  } else if (subject !== undefined) {
    const home = fragmentOfNode(space, subject);
    if (home) return home;
  }
  if (op.op === 'node.create') {
    const general = generalFragment(space);
    if (general) return fragmentOf(deps.kernel, space, general);
  }
  throw new AppError('not-here', 'This thing is not held on this device.', 'Nothing was changed.', 'Open it first, or name its fragment.');
}

function named(kernel: Kernel, space: Space, id: string): Fragment {
  const bytes = fromBase64url(id);
  if (!bytes || bytes.length !== 16) throw new AppError('bad-id', 'This is not the id of a fragment.', 'Nothing was changed.', 'Check the id.');
  return space.fragments.get(id) ?? fragmentOf(kernel, space, bytes);
}

const bytesOfLatin1 = (text: string): Bytes => Uint8Array.from(text, (c) => c.charCodeAt(0));
/** Observed lists as operations carry them: [stamp b8, first 8 bytes of the writer]. */
const observedList = (operations: readonly string[]): CborValue[] => operations.map((text) => [bytesOfLatin1(text.slice(0, 8)), bytesOfLatin1(text.slice(8))]);

/** Random first parts of the ids this run makes, per space. */
const idHeads = new WeakMap<Space, Bytes>();

/**
 * A node id: 9 bytes drawn once per run and space, and 7 drawn for it. Random as FORMATS 3 wants: nobody can name a node before it is made. The part they
 * share compresses away in a record of many new nodes: 9 bytes less of each on wire and disk. What a run made is held here, so an id drawn twice is seen
 * and drawn again; ids of two runs share no part.
 */
function randomId(kernel: Kernel, space: Space, fragment: Fragment): Bytes {
  let head = idHeads.get(space);
  if (!head) idHeads.set(space, (head = kernel.deps.random.bytes(9)));
  // By it every peer knows the own things of a Guest (RIGHT23), and of who may not change what is there (RIGHT27, RIGHT28).
  const member = space.rights.memberOf(kernel.profile!.uid);
  const role = member?.role ?? ROLE.guest;
  if (!member || role === ROLE.guest || onlyComments(member, fragment.key) || (space.rights.view().state.policy.things.get(fragment.key)?.get(CHANGE) ?? 0) > role) head = concat(ownIdHead(kernel.profile!.uid), kernel.deps.random.bytes(1));
  const id = new Uint8Array(16);
  id.set(head);
  for (;;) {
    id.set(kernel.deps.random.bytes(7), 9);
    if (!fragment.graph.node(toBase64url(id))) return id;
  }
}

function operationContext(deps: TransactDeps, space: Space, fragment: Fragment): OperationContext {
  const { kernel } = deps;
  const slot = kernel.slot!;
  return {
    uid: kernel.profile!.uid,
    writer: slot.text,
    nextStamp: () => takeStamp(kernel, space),
    randomId: () => randomId(kernel, space, fragment),
    observedEdge(edge) {
      const state = fragment.graph.edge(toBase64url(edge));
      return state ? observedList(state.observed()) : null;
    },
    observedValue: (node, prop, value) => observedList(fragment.graph.node(toBase64url(node))?.sets?.get(prop)?.observed(value) ?? []),
    siblings(parent) {
      const key = parent === null ? null : toBase64url(parent);
      return fragment.graph.tree().children(key).map((id) => [id, fragment.graph.node(id)?.pos?.ord ?? ''] as const);
    },
    splice: (node, at, remove, insert) => deps.texts.splice(fragment, node, at, remove, insert),
    update: (node, update, salt) => deps.texts.update(fragment, node, update, salt),
  };
}

function announceCreated(kernel: Kernel, space: Space, ops: readonly Op[], ids: readonly NodeId[]): void {
  const created = ids.filter((_, i) => ops[i]!.op === 'node.create');
  const related = ops.filter((op) => op.op === 'edge.add').map((op) => op.from);
  tell(kernel, 'node_created', { space: space.key, origin: 'local' }, created);
  tell(kernel, 'agent_event', { space: space.key, origin: 'local' }, ids.filter((_, i) => { const op = ops[i]!; return op.op === 'node.create' && op.type === RESULT_TYPE; }));
  tell(kernel, 'relation_created', { space: space.key, origin: 'local' }, related);
}
