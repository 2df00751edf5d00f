/** Baselines as the acl knows them (RIGHT40, RIGHT41): who made one, what it covers, who looked at it, and whether it is settled. Functions of the acl records alone. */
import { toBase64url, type Bytes } from '#base/bytes';
import type { AclOp, BaselineOp } from '#vm/protocol/acl-operation';
import { ROLE, type CborValue, type Stamp } from '#vm/protocol/types';
import type { AclState } from './acl-model.ts';
import { policyOps } from './builders.ts';
import type { RightsView } from './view.ts';

export interface BaselineInfo extends Omit<BaselineOp, 't' | 'fragment'> {
  /** Id of its record. */
  readonly id: string;
  readonly by: string;
  /** ms its record says. */
  readonly at: number;
  readonly fragment: string;
  /** Present members with the whole space, other than its maker, whose last word is that it is right; anybody present who says that it is wrong. */
  readonly right: readonly string[];
  readonly wrong: readonly string[];
  /** Somebody else found it right (or there is nobody else who could), and nobody wrong: what it covers may go. */
  readonly settled: boolean;
  /** Those who found it right, its maker with them, are more than those who found it wrong: it may be stood on. One alone cannot take away what others have nothing else of. */
  readonly usable: boolean;
}

interface Said {
  readonly id: string;
  readonly author: string;
  readonly hlc?: Stamp;
  readonly ops: readonly AclOp[];
}

/** Who could look at a baseline: everybody who holds all of the space and may write in it. */
function judges(state: AclState): Set<string> {
  return new Set(state.members.entries().filter(([uid, { role, scope, lateWritten }]) => role >= ROLE.member && scope === null && !lateWritten && !state.links.has(uid)).map(([uid]) => uid));
}

const folded = new WeakMap<RightsView, Map<string, BaselineInfo>>();

/** Those of a view, in acl order. */
export function baselinesIn(view: RightsView): ReadonlyMap<string, BaselineInfo> {
  let all = folded.get(view);
  if (!all) folded.set(view, (all = foldBaselines(view.closings, view.state)));
  return all;
}

/** Those of the records that have effect, in acl order. A word on a baseline may stand before it: the order of the replay is not that of the clock. */
function foldBaselines(applied: readonly Said[], state: AclState): Map<string, BaselineInfo> {
  const made = applied.flatMap(({ id, author, hlc, ops }) => ops.flatMap((op) => (op.t === 'baseline' ? [{ id, author, at: hlc?.ms ?? 0, op }] : [])));
  if (made.length === 0) return new Map();
  const words = new Map<string, Map<string, boolean>>();
  for (const { author, ops } of applied) {
    for (const op of ops) if (op.t === 'baseline.say') wordsOf(words, toBase64url(op.baseline)).set(author, op.right);
  }
  const who = judges(state);
  return new Map(made.map(({ id, author, at, op: { fragment, heads, snapshot } }) => {
    const said = [...(words.get(id) ?? [])].filter(([uid]) => who.has(uid));
    const right = said.filter(([uid, holds]) => holds && uid !== author).map(([uid]) => uid);
    const wrong = said.filter(([, holds]) => !holds).map(([uid]) => uid);
    const alone = [...who].every((uid) => uid === author);
    return [id, { id, by: author, at, fragment: toBase64url(fragment), heads, snapshot, right, wrong, settled: wrong.length === 0 && (alone || right.length > 0), usable: wrong.length <= right.length && (alone || right.length > 0) }];
  }));
}

function wordsOf(words: Map<string, Map<string, boolean>>, id: string): Map<string, boolean> {
  let said = words.get(id);
  if (!said) words.set(id, (said = new Map()));
  return said;
}

/** The baselines of a fragment, the last in acl order first. */
export function baselinesOf(all: ReadonlyMap<string, BaselineInfo>, fragment: string): BaselineInfo[] {
  return [...all.values()].filter((one) => one.fragment === fragment).reverse();
}

/** Closes the history of a fragment; `policy` keeps out builds that know no baselines, where that is not so yet (Owner). */
export function baselineOps(baseline: Omit<BaselineOp, 't'>, policy: ReadonlyMap<string, CborValue> | null = null): AclOp[] {
  return [...(policy ? policyOps(policy) : []), { t: 'baseline', ...baseline }];
}

/** What who holds everything found of a baseline. */
export function sayOps(baseline: Bytes, right: boolean): AclOp[] {
  return [{ t: 'baseline.say', baseline, right }];
}
