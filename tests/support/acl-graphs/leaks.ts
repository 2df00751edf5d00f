/**
 * Who can open what is sealed: keys go only where wraps take them, whatever the rules make of the record that carries them (a removed device listens and reads all of them).
 * Wraps of devices that break the rules do not count: no rule keeps a member from giving a key away.
 */
import type { SpaceRights } from '#os/rights/space-rights';
import type { CompiledGraph } from './compile.ts';
import type { Oracle } from './oracle.ts';
import { mayReadIn } from './oracle-permits.ts';
import { isPartly, oracleView, type OracleView } from './oracle-view.ts';
import { epochText } from './people.ts';
import { type Dev, type Name, personOf, type SpecGraph } from './spec.ts';

interface Handed {
  readonly record: Name;
  readonly epoch: number;
  /** The key of this fragment only; null: of the epoch. */
  readonly fragment: number | null;
  readonly device: Dev;
}

/** Every key handed out by a kernel that keeps the rules; with a new epoch come the ones before it (`prev`). */
function handedOut(graph: SpecGraph): Handed[] {
  const before = new Map<number, number | null>();
  for (const record of graph.records) for (const op of record.ops ?? []) if (op.t === 'rotate' && record.honest) before.set(op.epoch, op.prev);
  const out: Handed[] = [];
  for (const record of graph.records) {
    if (!record.honest) continue;
    for (const op of record.ops ?? []) {
      if (op.t !== 'rotate' && op.t !== 'share') continue;
      if (op.t === 'share' && op.fragment !== undefined) {
        for (const device of op.to) out.push({ record: record.name, epoch: op.epoch, fragment: op.fragment, device });
        continue;
      }
      for (let epoch: number | null = op.epoch; epoch !== null; epoch = before.get(epoch) ?? null) for (const device of op.to) out.push({ record: record.name, epoch, fragment: null, device });
    }
  }
  return out;
}

/** Removals of the device or its person that have effect at the view, and which no later grant or statement undid there. */
function removalsOf(view: OracleView, oracle: Oracle, device: Dev): Name[] {
  const p = personOf(device);
  const gone = !view.state.members.has(p) || isPartly(view.state, p);
  return view.state.order.filter((name) => {
    const ops = oracle.node(name).record.ops!;
    return (gone && ops.some((op) => op.t === 'revoke' && op.to === p)) || oracle.node(name).drops.some((drop) => drop.device === device) || (gone && oracle.node(name).narrows === p);
  });
}

/**
 * Each head set at which a device that keeps the rules sealed something: nobody who was removed there, and nobody who was handed the key for nothing, gets the key of the
 * epoch that the rules choose there. A key handed out later by somebody who knew all removals is a return on purpose. Answers how many were looked at.
 */
export function leaks(rights: SpaceRights, graph: SpecGraph, compiled: CompiledGraph, oracle: Oracle, say: (what: string) => void): number {
  const handed = handedOut(graph);
  let sealings = 0;
  for (const { acl, into } of sealingHeads(graph)) {
    const sealing = rights.view(acl.map(compiled.text))!.sealing;
    if (sealing === null) continue;
    sealings++;
    const view = oracleView(oracle, acl);
    const seen = oracle.closure(acl);
    for (const { record, epoch, fragment, device } of handed) {
      const opens = epochText(epoch) === sealing.epoch && (fragment === null || into === null || fragment === into);
      const member = view.devices.includes(device) ? view.state.members.get(personOf(device)) : undefined;
      if (!opens || (member && (fragment === null ? member.scope === null || (into !== null && mayReadIn(member, into)) : mayReadIn(member, fragment)))) continue;
      const removals = removalsOf(view, oracle, device);
      const onPurpose = removals.every((name) => oracle.covers(record, name)) && !seen.has(record);
      if (!onPurpose) say(`epoch ${epoch} sealed at ${acl.join(' ')} is open to ${device}, not a device of a member who may read it there, by record ${record}`);
    }
  }
  return sealings;
}

/** Heads at which something was or could have been sealed by a kernel that keeps the rules, and the fragment (null: any). */
function sealingHeads(graph: SpecGraph): { readonly acl: readonly Name[]; readonly into: number | null }[] {
  return [...graph.data.filter(({ honest }) => honest).map(({ acl, fragment }) => ({ acl, into: fragment })), ...graph.records.filter(({ honest, acl }) => honest && acl.length > 1).map(({ acl }) => ({ acl, into: null }))];
}
