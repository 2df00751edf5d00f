/**
 * Who can open what is sealed: keys go only where wraps take them, whatever the rules make of the record that carries them (a removed device listens and reads all of them).
 * Wraps of devices that break the rules do not count: no rule keeps a member from giving a key away.
 */
import type { SpaceRights } from '#os/rights/space-rights';
import type { CompiledGraph } from './compile.ts';
import type { Oracle } from './oracle.ts';
import { oracleView, type OracleView } from './oracle-view.ts';
import { epochText } from './people.ts';
import { type Dev, type Name, personOf, type SpecGraph } from './spec.ts';

interface Handed {
  readonly record: Name;
  readonly epoch: number;
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
      for (let epoch: number | null = op.epoch; epoch !== null; epoch = before.get(epoch) ?? null) for (const device of op.to) out.push({ record: record.name, epoch, device });
    }
  }
  return out;
}

/** Removals of the device or its person that have effect at the view, and which no later grant or statement undid there. */
function removalsOf(view: OracleView, oracle: Oracle, device: Dev): Name[] {
  const p = personOf(device);
  const gone = !view.state.members.has(p);
  return view.state.order.filter((name) => {
    const ops = oracle.node(name).record.ops!;
    return (gone && ops.some((op) => op.t === 'revoke' && op.to === p)) || oracle.node(name).drops.some((drop) => drop.device === device);
  });
}

/**
 * Each head set at which a device that keeps the rules sealed something: nobody who was removed there, and nobody who was handed the key for nothing, gets the key of the
 * epoch that the rules choose there. A key handed out later by somebody who knew all removals is a return on purpose. Answers how many were looked at.
 */
export function leaks(rights: SpaceRights, graph: SpecGraph, compiled: CompiledGraph, oracle: Oracle, say: (what: string) => void): number {
  const handed = handedOut(graph);
  let sealings = 0;
  for (const acl of sealingHeads(graph)) {
    const sealing = rights.view(acl.map(compiled.text))!.sealing;
    if (sealing === null) continue;
    sealings++;
    const view = oracleView(oracle, acl);
    const seen = oracle.closure(acl);
    for (const { record, epoch, device } of handed) {
      if (epochText(epoch) !== sealing.epoch || view.devices.includes(device)) continue;
      const removals = removalsOf(view, oracle, device);
      const onPurpose = removals.every((name) => oracle.covers(record, name)) && !seen.has(record);
      if (!onPurpose) say(`epoch ${epoch} sealed at ${acl.join(' ')} is open to ${device}, not a device of a member there, by record ${record}`);
    }
  }
  return sealings;
}

/** Heads at which something was or could have been sealed by a kernel that keeps the rules. */
function sealingHeads(graph: SpecGraph): (readonly Name[])[] {
  return [...graph.data.filter(({ honest }) => honest).map(({ acl }) => acl), ...graph.records.filter(({ honest, acl }) => honest && acl.length > 1).map(({ acl }) => acl)];
}
