/** Everything of a view that must be equal on all peers, as lines: of the production view, and of the plain reading of the rules in the same words. */
import { toBase64url } from '#base/bytes';
import { baselinesIn } from '#os/rights/baselines';
import { deviceTag, withoutKey, withoutParts } from '#os/rights/epochs';
import type { RightsView } from '#os/rights/view';
import { kindName } from '#os/rights/shapes';
import type { CompiledGraph } from './compile.ts';
import { TYPES } from './oracle-shapes.ts';
import type { OracleView } from './oracle-view.ts';
import { closings, lacking, proven } from './oracle-late.ts';
import type { Oracle } from './oracle.ts';
import { dsText, epochText, fragmentText, issuerText, tagText, uidText, writerText } from './people.ts';
import type { SpecRights } from './spec.ts';

const lines = (kind: string, list: readonly string[]): string[] => [...list].sort().map((line) => `${kind} ${line}`);

/** What finds the others of a space, as a fragment. */
const FINDS = toBase64url(new Uint8Array(16));

/** Newcomers, closed histories, proofs and links; where there are none, nothing. */
function lateLines(view: RightsView): string[] {
  const { state, devices, withheld } = view;
  const { late, lateWritten, pasts, minVersion } = state.policy;
  const keys = view.sealing ? [{ epoch: view.sealing.epoch, fragment: 'key', devices: withoutKey(view.sealing, devices, withheld) }].filter((one) => one.devices.length > 0) : [];
  return [
    ...(late || pasts.size > 0 || minVersion > 0 ? [`late ${late} ${lateWritten} ${[...pasts].sort().join()} ${minVersion}`] : []),
    ...lines('newcomer', [...view.members].filter(([, one]) => one.late || one.lateWritten).map(([uid, one]) => `${uid} ${one.late} ${one.lateWritten}`)),
    ...lines('wider', [...view.members].flatMap(([uid, { wider }]) => (wider ? [`${uid} ${wider.since}`] : []))),
    ...(usesLate(pasts.size, [...state.links.entries()].length, [...view.members.values()]) ? lines('lacks', [...withoutParts([...view.lost, ...view.epochs], devices, withheld, pasts), ...keys].map((one) => `${one.epoch} ${one.fragment} ${one.devices.map(({ ds }) => deviceTag(ds)).sort().join()}`)) : []),
    ...lines('closed', [...baselinesIn(view).values()].map((one) => `${one.id} ${one.by} ${one.fragment} ${[...one.right].sort().join()} / ${[...one.wrong].sort().join()} ${one.settled} ${one.usable}`)),
    ...lines('forked', [...view.forkProofs].map(([writer, { n, count }]) => `${writer} ${n} ${count}`)),
    ...lines('link', [...state.links.entries()].map(([uid, invite]) => `${uid} ${invite}`)),
  ];
}

const usesLate = (pasts: number, links: number, members: readonly { readonly late: boolean; readonly wider: unknown }[]): boolean => pasts > 0 || links > 0 || members.some(({ late, wider }) => late || wider !== null);

function oracleLateLines(oracle: Oracle, view: OracleView, { text }: CompiledGraph): string[] {
  const { state } = view;
  const { late, said, pasts, min } = state.policy;
  const uids = (list: readonly number[]): string => list.map(uidText).sort().join();
  return [
    ...(late || pasts.size > 0 || min > 0 ? [`late ${late} ${said} ${[...pasts].map(fragmentText).sort().join()} ${min}`] : []),
    ...lines('newcomer', [...state.members.values()].filter((one) => one.late || one.lateSaid).map((one) => `${uidText(one.p)} ${one.late} ${one.lateSaid}`)),
    ...lines('wider', [...state.members.values()].flatMap(({ p, wider }) => (wider ? [`${uidText(p)} ${text(wider.since)}`] : []))),
    ...(usesLate(pasts.size, state.links.size, [...state.members.values()]) ? lines('lacks', lacking(oracle, view).map(({ epoch, part, to }) => `${epochText(epoch)} ${part === 'finds' ? FINDS : part === null ? 'key' : fragmentText(part)} ${to.map(tagText).sort().join()}`)) : []),
    ...lines('closed', closings(oracle, state).map((one) => `${text(one.name)} ${uidText(one.by)} ${fragmentText(one.fragment)} ${uids(one.right)} / ${uids(one.wrong)} ${one.settled} ${one.usable}`)),
    ...lines('forked', [...proven(oracle, state)].map(([writer, [n, count]]) => `${writerText(writer)} ${n} ${count}`)),
    ...lines('link', [...state.links].map(([p, invite]) => `${uidText(p)} ${text(invite)}`)),
  ];
}

/** Lines of the production view. */
export function viewLines(view: RightsView): string[] {
  const order: string[] = [];
  for (let at = view.state.applied; at !== null; at = at.before) order.push(at.id);
  const members = [...view.members].map(([uid, m]) => {
    const scope = m.scope === null ? 'all' : [...m.scope].map(([fragment, bits]) => `${fragment}:${bits}`).sort().join(',');
    return `${uid} ${m.role} ${scope} ${m.exp} ${m.path.length === 0 ? 'true 4' : `${m.mayDelegate} ${m.maxRole}`} path ${m.path.join(',')} by ${m.grant} of ${[...m.standing].sort().join(',')} paid ${m.plan?.exp ?? null}`;
  });
  return [
    `owner ${view.owner}`, `owners ${view.state.owners}`, ...lines('member', members), ...lines('device', view.devices.map(({ ds }) => ds)),
    ...lines('dead', [...view.dead].map(([id, dead]) => `${id} ${dead.rule} ${dead.by}`)), `order ${order.reverse().join(' ')}`,
    ...lines('invite', [...view.invites].map(([id, one]) => `${id} ${one.by} ${one.role} ${one.uses} used ${one.usedBy.join(',')} ${one.revoked}`)),
    ...view.epochs.map((one) => `epoch ${one.epoch} ${one.record} ${[...one.recipients].sort().join(',')} ${[...one.parts].map(([fragment, to]) => `${fragment}:${[...to].sort().join(',')}`).sort().join(' ')}`), `sealing ${view.sealing?.epoch ?? null}`,
    ...view.revokes.map((one) => `revoke ${one.id} ${one.to} ${[...one.cuts].map(([writer, cut]) => `${writer}:${cut.n}:${cut.id}`).sort().join(',')}`),
    `adopted ${[...view.adopted].sort().join(',')}`, ...lines('settled', [...view.settlements].map(([writer, one]) => `${writer} ${[...one.keep].sort().join(',')}`)),
    `policy ${view.policy.get('value')?.value ?? null}, let in from ${view.state.policy.invite}`, `issuers ${[...view.state.policy.issuers].sort().join()}`,
    ...lines('plan', [...view.state.policy.plans].map(([id, one]) => `${id} ${one.role} ${one.ms} ${one.scope && [...one.scope].map(([fragment, bits]) => `${fragment}:${bits}`).sort().join()}`)),
    ...lines('on', [...view.state.policy.things].map(([thing, rule]) => `${thing} ${[...rule].join()}`)),
    ...lines('shape', [...view.state.policy.shapes].map(([type, shape]) => `${type} ${[...shape].map(([property, kind]) => `${property} ${kindName(kind)}`).sort().join()}`)),
    ...lateLines(view),
    ...lines('paid', view.state.plans.entries().map(([uid, { exp }]) => `${uid} ${exp}`)),
  ];
}

/** Lines of the plain reading. */
export function oracleLines(oracle: Oracle, view: OracleView, graph: CompiledGraph): string[] {
  const { text } = graph;
  const { state } = view;
  const scopeOf = (rights: SpecRights): string => (rights.scope === null ? 'all' : rights.scope.map(([fragment, bits]) => `${fragmentText(fragment)}:${bits}`).sort().join(','));
  const members = [...state.members.values()].map((m) =>
    `${uidText(m.p)} ${m.role} ${scopeOf(m)} ${m.exp} ${m.del} ${m.max} path ${m.path.map(text).join(',')} by ${text(m.grant)} of ${m.standing.map(text).sort().join(',')} paid ${m.paid}`);
  return [
    `owner ${uidText(0)}`, `owners ${[...state.members.values()].filter((m) => m.role === 4).length}`, ...lines('member', members), ...lines('device', view.devices.map(dsText)),
    ...lines('dead', [...state.dead].map(([name, dead]) => `${text(name)} ${dead.rule} ${dead.by === null ? null : text(dead.by)}`)), `order ${state.order.map(text).join(' ')}`,
    ...lines('invite', [...state.invites].map(([name, one]) => `${text(name)} ${uidText(one.by)} ${one.role} ${one.uses} used ${one.used.map(uidText).join(',')} ${one.withdrawn}`)),
    ...view.epochs.map((one) => `epoch ${epochText(one.epoch)} ${text(one.record)} ${[...one.to].map(tagText).sort().join(',')} ${[...one.parts].map(([fragment, to]) => `${fragmentText(fragment)}:${[...to].map(tagText).sort().join(',')}`).sort().join(' ')}`), `sealing ${view.sealing === null ? null : epochText(view.sealing.epoch)}`,
    ...view.revokes.map((one) => `revoke ${text(one.name)} ${one.device !== null ? dsText(one.device) : one.to === null ? text(one.invite!) : uidText(one.to)} ${[...one.cuts].map(([writer, [n, data]]) => `${writerText(writer)}:${n}:${text(data)}`).sort().join(',')}`),
    `adopted ${[...view.adopted].map(text).sort().join(',')}`, ...lines('settled', [...view.settled].map(([writer, keep]) => `${writerText(writer)} ${[...keep].map(text).sort().join(',')}`)),
    `policy ${state.policy.value}, let in from ${state.policy.invite}`, `issuers ${state.policy.issuers.map(issuerText).sort().join()}`,
    ...lines('plan', state.policy.plans.map((one) => `p${one.id} ${one.role} ${one.ms} ${one.scope && one.scope.map(([fragment, bits]) => `${fragmentText(fragment)}:${bits}`).sort().join()}`)),
    ...lines('on', [...state.policy.on].map(([fragment, least]) => `${fragmentText(fragment)} chat/message@,${least}`)),
    ...lines('shape', [...state.policy.shapes].map(([type, shape]) => `${TYPES[type]} ${Object.entries(shape).map(([property, kind]) => `${property} ${kind}`).sort().join()}`)),
    ...oracleLateLines(oracle, view, graph),
    ...lines('paid', [...state.paid].map(([p, exp]) => `${uidText(p)} ${exp}`)),
  ];
}

/** The first line in which two lists differ, or null. */
export function difference(a: readonly string[], b: readonly string[]): string | null {
  const [left, right] = [new Set(a), new Set(b)];
  const only = a.find((line) => !right.has(line));
  const other = b.find((line) => !left.has(line));
  if (only !== undefined || other !== undefined) return `${only ?? '(nothing)'} ≠ ${other ?? '(nothing)'}`;
  const at = a.findIndex((line, i) => line !== b[i]);
  return at < 0 ? null : `${a[at]} ≠ ${b[at]}`;
}
