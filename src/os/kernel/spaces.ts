/** Spaces and fragments of a kernel: making the in-memory objects, finding a fragment, the names people see. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import { createSubscriptions } from '#os/graph-manager/query';
import type { OpCheck } from '#os/rights/judge';
import { forbiddenOp } from '#os/rights/policy';
import { createSpaceRights } from '#os/rights/space-rights';
import { createFragmentLog, type LogDelta } from '#vm/log/fragment-log';
import type { HeldRecord, Verdict } from '#vm/log/held-record';
import { SpaceChain } from '#vm/log/space-chain';
import { FRAGMENT, ROLE } from '#vm/protocol/types';
import { cutText, plainLine } from '#base/plain-text';
import type { JsonValue, NodeView } from '#os/api';
import { AclRoom } from './acl-room.ts';
import { createNodeSource } from './node-source.ts';
import { createLogIndex } from './record-index.ts';
import { createSpaceKeys } from './space-keys.ts';
import type { Fragment, Kernel, Space, SpaceStanding } from './state.ts';
import { must } from '#base/assert';
import { KERNEL_LIMITS } from '#os/limits';

export const ROOT_KEY = toBase64url(FRAGMENT.root);
/** A part of somebody's recovery key, sealed to its keeper (key-parts.ts). */
export const PART = 'recovery/part@1';
export const ACL_KEY = toBase64url(FRAGMENT.acl);

/** Makes the space object, empty; its acl and root fragments exist from the start. */
export function addSpace(kernel: Kernel, id: Bytes, standing: SpaceStanding): Space {
  const key = toBase64url(id);
  const known = kernel.spaces.get(key);
  if (known) {
    known.standing = standing;
    return known;
  }
  const profile = must(kernel.profile, 'a space needs a profile');
  const fragments = new Map<string, Fragment>();
  const source = createNodeSource(kernel, key, fragments, () => space);
  const space: Space = {
    id, key, crypto: kernel.deps.crypto,
    rights: createSpaceRights(id),
    keys: createSpaceKeys(kernel.deps.crypto, profile, id),
    chain: new SpaceChain(),
    fragments, source,
    subscriptions: createSubscriptions(source, (error) => kernel.fault('subscriber', error)),
    aclWaiting: new AclRoom(), unjudged: 0, standing, ownHeadsAsked: false, lastOwn: null, seen: null, archive: null, inviteRooms: new Map(), writerDevice: new Map(), ownWriter: () => kernel.slot?.writer ?? null, inUse: new Set(), unconfirmedSince: null,
  };
  kernel.spaces.set(key, space);
  fragmentOf(kernel, space, FRAGMENT.acl);
  fragmentOf(kernel, space, FRAGMENT.root);
  return space;
}

/** The fragment object, made when it is met first. */
export function fragmentOf(kernel: Kernel, space: Space, id: Bytes): Fragment {
  const key = toBase64url(id);
  const known = space.fragments.get(key);
  if (known) return known;
  const fragment: Fragment = {
    id, key,
    log: createFragmentLog({ meshMs: kernel.time.now(), judge: (record) => judge(space, fragment, record) }),
    graph: kernel.newGraph(),
    index: createLogIndex(), base: null, below: new Set(),
    pending: [], sealing: [], cancelFlush: null, flushPlan: null, lastFlush: 0,
    locked: new Set(), changedAt: 0, firstAcl: new Map(), missingDeps: new Set(), unjudged: 0, odd: false, keeps: new Map(), proofs: new Map(),
  };
  space.fragments.set(key, fragment);
  // A log that is met after its slot was closed is judged by the same settlement.
  giveSettlements(space, fragment);
  return fragment;
}

/** Tells the fragment's logs which forks are proven and which branches are kept; the deltas of what is new. An act that lost its effect is taken back. */
export function giveSettlements(space: Space, fragment: Fragment): LogDelta[] {
  const out: LogDelta[] = [];
  if (space.rights.heads().length === 0) return out;
  const { settlements, forkProofs } = space.rights.view();
  const { log } = fragment;
  // In acl the records themselves say what is frozen (RIGHT11).
  const proofs = new Map([...(fragment.key === ACL_KEY ? [] : forkProofs)].map(([writer, { n }]) => [writer, String(n)]));
  const keeps = new Map([...settlements].map(([writer, { keep }]) => [writer, keep.join()]));
  for (const writer of changed(fragment.proofs, proofs)) out.push(log.proven(must(fromBase64url(writer), 'writer'), forkProofs.get(writer)?.n ?? null));
  for (const writer of changed(fragment.keeps, keeps)) {
    const keep = settlements.get(writer)?.keep.map((id) => must(fromBase64url(id), 'id')) ?? null;
    out.push(log.keep(must(fromBase64url(writer), 'writer'), keep));
  }
  return out;
}

/** Brings `known` to what is `now`; the keys that changed. */
function changed(known: Map<string, string>, now: ReadonlyMap<string, string>): string[] {
  const keys = [...new Set([...known.keys(), ...now.keys()])].filter((key) => known.get(key) !== now.get(key));
  for (const key of keys) {
    const value = now.get(key);
    if (value === undefined) known.delete(key);
    else known.set(key, value);
  }
  return keys;
}

/** Rights of a record at its acl heads (FORMATS 5, 6). */
function judge(space: Space, fragment: Fragment, record: HeldRecord): Verdict {
  const header = { class: record.class, fragment: fragment.id, writer: record.writer, n: record.n, acl: record.acl };
  const prev = record.prev === null ? null : (fragment.log.get(record.prev)?.acl ?? null);
  return space.rights.judgeRecord(header, record.id, firstAclOf(fragment, record), prev, opCheckOf(record, fragment.key)).verdict;
}

/** What was found in a record never changes: the rules are those at its acl heads (RIGHT7). Decoding again for every acl record would cost too much. */
export const opsFound = new WeakMap<HeldRecord, string | null>();

/** Asks the operations of a record what the rules of the space forbid. */
export function opCheckOf(record: HeldRecord, fragment: string): OpCheck {
  return (policy, doer) => {
    const known = opsFound.get(record);
    if (known !== undefined) return known;
    const ops = record.ops;
    if (ops === null) return undefined;
    const forbidden = forbiddenOp(policy, doer, ops, fragment);
    opsFound.set(record, forbidden);
    return forbidden;
  };
}

/** acl heads of the first record of a record's log, or of the head from which a baseline lets it begin. Of a log that forks at its very start, the one this record stands on: arrival order never decides. */
export function firstAclOf(fragment: Fragment, record: HeldRecord): readonly Bytes[] {
  const log = fragment.log.logs.get(record.writerKey);
  // Below a baseline nothing is looked at any more, on all devices alike: the log begins at its covered head.
  if (log?.foot) return log.chain[0]?.key === log.foot.key ? log.chain[0].acl : record.acl;
  const known = fragment.firstAcl.get(record.writerKey) ?? record.acl;
  if (fragment.index.at(record.writerKey, 0).length < 2) return known;
  let at: HeldRecord | null = record;
  while (at && at.prev !== null) at = fragment.log.get(at.prev);
  return at ? at.acl : known;
}

/** First 16 bytes of SHA-256(CBOR [label, …parts]): node ids that devices must agree on (FORMATS 3). */
export function derivedNodeId(label: string, ...parts: Uint8Array[]): Bytes {
  return sha256(encodeCbor([label, ...parts])).slice(0, 16);
}

/** Node that carries the space's name, in `root`. */
export const spaceNodeId = (space: Bytes): Bytes => derivedNodeId('lgos/space-node/1', space);
/** Node that carries the name `author` gives `uid`, in `root`; author = uid is the self-chosen name. */
export const personNodeId = (uid: Bytes, author: Bytes): Bytes => derivedNodeId('lgos/person/1', uid, author);

/** The fragment in which a node is held, or null; of one that was moved, where it is now. */
export function fragmentOfNode(space: Space, node: string): Fragment | null {
  let left: Fragment | null = null;
  for (const fragment of space.fragments.values()) {
    if (!fragment.graph.node(node)) continue;
    if (!fragment.graph.marked.has(node)) return fragment;
    const home = space.fragments.get(space.source.home(fragment.key, node));
    if (home && home !== fragment) return home;
    left ??= fragment;
  }
  return left;
}

/** The space's general fragment: the first one its directory names. */
export function generalFragment(space: Space): Bytes | null {
  const directory = space.fragments.get(ROOT_KEY);
  if (!directory) return null;
  let best: { stamp: string; id: string } | null = null;
  for (const id of space.source.ids(ROOT_KEY, 'fragment@1')) {
    const stamp = space.source.stamp(ROOT_KEY, id);
    if (!best || stamp < best.stamp) best = { stamp, id };
  }
  return best ? fromBase64url(best.id) : null;
}

/** A name somebody wrote, as it may be shown; '' when it is none. */
function shownName(value: JsonValue | undefined): string {
  return typeof value === 'string' ? cutText(plainLine(cutText(value, KERNEL_LIMITS.nameChars * 4)), KERNEL_LIMITS.nameChars) : '';
}

/** The space's name as its node says, else ''. */
export function spaceName(space: Space): string {
  const view = space.source.view(ROOT_KEY, toBase64url(spaceNodeId(space.id)));
  return shownName(view?.props.name);
}

/** The title of a fragment in the directory, else ''. */
export function fragmentTitle(space: Space, fragment: string): string {
  return shownName(space.source.view(ROOT_KEY, fragment)?.props.title);
}

/** The type of a fragment in the directory; null when nothing is known of it. */
export function fragmentType(space: Space, fragment: string): string | null {
  const type = space.source.view(ROOT_KEY, fragment)?.props.type;
  return typeof type === 'string' ? type : null;
}

/** Who cannot write in `root`: a Guest, somebody with a part of the space, somebody who is gone. */
export function isNamedByOthers(space: Space, uid: string): boolean {
  const member = space.rights.memberOf(uid);
  return member === null || member.role === ROLE.guest || member.scope !== null;
}

/** A person's name in a space: self-chosen, else one given by another (who cannot write in `root`), else ''. A name counts only as its author's own word. */
export function personName(space: Space, uid: string, told: ReadonlyMap<string, string> | null = null): string {
  const bytes = fromBase64url(uid);
  if (!bytes) return '';
  // Who has a part of the space says it there.
  for (const fragment of [ROOT_KEY, ...(space.rights.memberOf(uid)?.scope?.keys() ?? [])]) {
    const own = space.source.view(fragment, toBase64url(personNodeId(bytes, bytes)));
    if (own && shownName(own.props.name) !== '' && saidBy(own, uid)) return shownName(own.props.name);
  }
  return isNamedByOthers(space, uid) ? ((told ?? toldNames(space)).get(uid) ?? '') : '';
}

/** uid → the name that somebody else gave in `root`. Read at once for all: a Guild has many who cannot say theirs. */
export function toldNames(space: Space): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const id of space.source.ids(ROOT_KEY, 'person@1')) {
    const view = space.source.view(ROOT_KEY, id);
    const { author, uid } = view?.props ?? {};
    if (view && typeof uid === 'string' && !names.has(uid) && typeof author === 'string' && saidBy(view, author)) names.set(uid, shownName(view.props.name));
  }
  return names;
}

/** Did this person set the name that the node shows? */
function saidBy(view: NodeView, uid: string): boolean {
  return (view.setBy?.name === undefined ? view.createdBy : view.setBy.name) === uid;
}
