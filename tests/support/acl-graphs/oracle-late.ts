/** Read plainly: who came later and what they are given (KEY9, KEY10), closed histories (RIGHT40, RIGHT41), proofs of forks (RIGHT17), public links (RIGHT26). */
import type { OracleMember, OracleState } from './oracle-permits.ts';
import { mayReadIn, partOf } from './oracle-scope.ts';
import type { OracleEpoch, OracleView } from './oracle-view.ts';
import type { Oracle } from './oracle.ts';
import { ADMIN, type Dev, FIRST_LINK, MEMBER, type Name, OWNER, personOf, ROOT_FRAGMENT, type SpecOp, type SpecRights } from './spec.ts';

/** The first version of the rules that knows closed histories. */
const CLOSES = 5;

/** The settings after a policy.set. `kept`: of somebody who came later; such a one gives nobody what was before, and takes out no rule that keeps it from others. */
export function setLate({ policy }: OracleState, kept: boolean, op: SpecOp & { t: 'policy' }, none: boolean): void {
  if (none && !kept) policy.pasts.clear();
  if (none || op.history !== undefined) policy.said = op.history === 'joining';
  if (op.history === 'joining') policy.late = true;
  else if ((none || op.history !== undefined) && !kept) policy.late = false;
  if (none || op.min !== undefined) policy.min = op.min ?? 0;
  for (const [fragment, open] of op.pasts ?? []) {
    if (fragment === ROOT_FRAGMENT) continue;
    if (open !== true) policy.pasts.delete(fragment);
    else if (!kept) policy.pasts.add(fragment);
  }
}

/** Is anybody kept to what is written from their coming on, or will be, by what the settings say? */
const keepsNewcomers = ({ policy, members }: OracleState): boolean => policy.said || [...members.values()].some(({ lateSaid }) => lateSaid);

/** RIGHT40, RIGHT41. */
export function allowsClosing(state: OracleState, ops: readonly SpecOp[], author: OracleMember, op: SpecOp & { t: 'baseline' | 'verdict' }): boolean {
  if (author.scope !== null || author.role < (op.t === 'baseline' ? ADMIN : MEMBER)) return false;
  if (op.t === 'verdict') return true;
  const knows = state.policy.min >= CLOSES || (author.role === OWNER && ops.some((one) => one.t === 'policy' && (one.min ?? 0) >= CLOSES));
  return knows && op.fragment !== ROOT_FRAGMENT && !keepsNewcomers(state);
}

/** RIGHT17. */
export const proves = ({ how }: SpecOp & { t: 'proof' }): boolean => how === 'twin' || how === 'skips';

/** A link that the record brings: nobody before, born as one in it, under the key of the invite. */
export function linkIn(state: OracleState, ops: readonly SpecOp[]): [p: number, invite: Name] | null {
  const accept = ops.find((op) => op.t === 'accept');
  if (accept === undefined || accept.p < FIRST_LINK || state.persons.has(accept.p)) return null;
  return state.invites.get(accept.invite)?.key === `${accept.p}.0` && ops.some((op) => op.t === 'inception' && op.p === accept.p) ? [accept.p, accept.invite] : null;
}

/** Who had a part and was given more: by one who came later they read the rest from then on, by others all. */
export function widenedBy(kept: boolean, before: OracleMember | undefined, scope: SpecRights['scope'], name: Name): OracleMember['wider'] {
  if (before === undefined) return null;
  const more = before.scope !== null && !partOf({ scope }, before);
  if (!more) return before.wider;
  return kept ? (before.wider ?? { since: name, had: before.scope }) : null;
}

/** Of the person that reads from their coming on, or from being given more: was the epoch made before? */
export function isWithheld(oracle: Oracle, member: OracleMember | undefined, epoch: OracleEpoch): boolean {
  const since = member?.late === true ? member.path.at(-1)! : (member?.wider?.since ?? null);
  return since !== null && epoch.records.every((record) => record !== since && oracle.covers(since, record));
}

/** Fragment (null: the key of the epoch that is sealed under, `finds`: what finds the others) and the devices that lack it, of each epoch. */
export function lacking(oracle: Oracle, { state, devices, epochs, lost, sealing }: OracleView): { readonly epoch: number; readonly part: number | 'finds' | null; readonly to: readonly Dev[] }[] {
  const of = (device: Dev): OracleMember => state.members.get(personOf(device))!;
  const shut = (device: Dev, epoch: OracleEpoch): boolean => isWithheld(oracle, of(device), epoch);
  const had = (device: Dev, part: number): boolean => !of(device).late && of(device).wider !== null && mayReadIn({ scope: of(device).wider!.had }, part);
  const parts = [...lost, ...epochs].flatMap((epoch) => (['finds', 0, 1, 2] as const).map((part) => {
    const due = devices.filter((device) => {
      const { scope, p } = of(device);
      if (part === 'finds') return scope !== null && !state.links.has(p);
      if (scope === null) return !state.links.has(p) && (state.policy.pasts.has(part) || had(device, part)) && shut(device, epoch);
      return mayReadIn(of(device), part) && (state.policy.pasts.has(part) || had(device, part) || !shut(device, epoch));
    });
    return { epoch: epoch.epoch, part, to: due.filter((device) => !epoch.to.has(device) && !(part !== 'finds' && epoch.parts.get(part)?.has(device) === true)) };
  }));
  const whole = sealing === null ? [] : devices.filter((device) => of(device).scope === null && !state.links.has(of(device).p) && !sealing.to.has(device) && !shut(device, sealing));
  return [...parts, ...(sealing === null ? [] : [{ epoch: sealing.epoch, part: null, to: whole }])].filter(({ to }) => to.length > 0);
}

export interface OracleClosing {
  readonly name: Name;
  readonly by: number;
  readonly fragment: number;
  readonly right: readonly number[];
  readonly wrong: readonly number[];
  readonly settled: boolean;
  readonly usable: boolean;
}

/** RIGHT41: the last word of each who could look counts. */
export function closings(oracle: Oracle, state: OracleState): OracleClosing[] {
  const ops = state.order.flatMap((name) => oracle.node(name).record.ops!.map((op) => ({ name, by: personOf(oracle.node(name).record.writer), op })));
  const judges = [...state.members.values()].filter(({ p, role, scope, lateSaid }) => role >= MEMBER && scope === null && !lateSaid && !state.links.has(p)).map(({ p }) => p);
  return ops.flatMap(({ name, by, op }) => {
    if (op.t !== 'baseline') return [];
    const last = (p: number): boolean | null => (ops.findLast((one) => one.by === p && one.op.t === 'verdict' && one.op.baseline === name)?.op as (SpecOp & { t: 'verdict' }) | undefined)?.right ?? null;
    const right = judges.filter((p) => p !== by && last(p) === true);
    const wrong = judges.filter((p) => last(p) === false);
    const enough = right.length > 0 || judges.every((p) => p === by);
    return [{ name, by, fragment: op.fragment, right, wrong, settled: enough && wrong.length === 0, usable: enough && wrong.length <= right.length }];
  });
}

/** Writer → the least n that is proven, and how many proofs there are. */
export function proven(oracle: Oracle, state: OracleState): Map<string, readonly [n: number, count: number]> {
  const out = new Map<string, readonly [number, number]>();
  for (const name of state.order) {
    for (const op of oracle.node(name).record.ops!) {
      if (op.t !== 'proof') continue;
      const [n, count] = out.get(op.writer) ?? [op.n, 0];
      out.set(op.writer, [Math.min(n, op.n), count + 1]);
    }
  }
  return out;
}
