/** Everything of a view that must be equal on all peers, as lines: of the production view, and of the plain reading of the rules in the same words. */
import type { RightsView } from '#os/rights/view';
import type { CompiledGraph } from './compile.ts';
import type { OracleView } from './oracle-view.ts';
import { dsText, epochText, fragmentText, issuerText, tagText, uidText, writerText } from './people.ts';
import type { SpecRights } from './spec.ts';

const lines = (kind: string, list: readonly string[]): string[] => [...list].sort().map((line) => `${kind} ${line}`);

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
    ...lines('paid', view.state.plans.entries().map(([uid, { exp }]) => `${uid} ${exp}`)),
  ];
}

/** Lines of the plain reading. */
export function oracleLines(view: OracleView, graph: CompiledGraph): string[] {
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
