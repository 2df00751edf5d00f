/**
 * Rules 3 and 4 of TRUST 2.4 over a window of records: who dies because of a concurrent removal or lowering.
 * Only a strictly stronger record can kill by rule 3, so walking from strongest to weakest decides each record once.
 */
import type { AclNode, Dead } from './acl-model.ts';
import { setHas } from './causality.ts';
import { forbiddenWhenLowered } from './permit.ts';
import { compareIds, compareStrength } from './seniority.ts';

/** Which rules are on. Only tests switch one off, to see that the checks notice. */
export interface Rules {
  readonly rule3: boolean;
  readonly rule4: boolean;
  /** Resolve every head set from the genesis on, without windows. */
  readonly fromGenesis?: boolean;
}

export const ALL_RULES: Rules = { rule3: true, rule4: true };

/** True when neither record is in the past of the other. */
export function concurrent(a: AclNode, b: AclNode): boolean {
  return a !== b && !setHas(a.past, b.index) && !setHas(b.past, a.index);
}

/** The records of the window (all passed step 1) that rules 3 and 4 kill. */
export function strongRemoval(window: readonly AclNode[], rules: Rules): Map<string, Dead> {
  const dead = new Map<string, Dead>();
  const order = [...window].sort(compareStrength);
  if (rules.rule3) {
    deviceRemoval(order, dead);
    authorRemoval(order, dead);
  }
  if (rules.rule4) targetRemoval(order, dead);
  return dead;
}

/**
 * A statement that revokes a device is signed by the person's own older key, so the strength of its author does not matter; it kills what the device did
 * meanwhile. Of two that strike each other the stronger statement stands: recovery key before device, older signer before younger, then older author.
 */
function deviceRemoval(order: readonly AclNode[], dead: Map<string, Dead>): void {
  const kills = order.flatMap((node) => node.killsDevices.map((kill) => ({ node, kill })));
  if (kills.length === 0) return;
  kills.sort((a, b) => compareAges(a.kill.signerAge, b.kill.signerAge) || compareAges(a.kill.authorAge, b.kill.authorAge) || compareIds(a.node.id, b.node.id));
  const byDevice = groupBy(order.flatMap((node) => (node.device === null ? [] : [[`${node.author} ${node.device}`, node] as const])));
  for (const { node: killer, kill } of kills) {
    if (dead.has(killer.id)) continue;
    for (const node of byDevice.get(kill.key) ?? []) {
      if (!dead.has(node.id) && concurrent(killer, node)) dead.set(node.id, { rule: 3, why: 'device revoked concurrently by the record', by: killer.id });
    }
  }
}

/** Of two ages that may both be without end. */
const compareAges = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** Rule 3. Removal of the author kills all of it, lowering kills what the lowered role could not have done. */
function authorRemoval(order: readonly AclNode[], dead: Map<string, Dead>): void {
  const killers = groupBy(order.flatMap((node) => personHit(node).map((uid) => [uid, node] as const)));
  for (const node of order) {
    if (dead.has(node.id)) continue;
    for (const killer of killers.get(node.author) ?? []) {
      if (compareStrength(killer, node) >= 0) break;
      if (dead.has(killer.id) || !concurrent(killer, node)) continue;
      if (!killer.lowers) dead.set(node.id, { rule: 3, why: 'author revoked concurrently by a stronger record', by: killer.id });
      else if (forbiddenWhenLowered(node, killer.grants!.rights)) dead.set(node.id, { rule: 3, why: 'author lowered concurrently by a stronger record', by: killer.id });
      else continue;
      break;
    }
  }
}

/** Rule 4. Pure revokes kill concurrent grants (and accepts of a revoked invite); then lowerings kill grants above them, lowest first. */
function targetRemoval(order: readonly AclNode[], dead: Map<string, Dead>): void {
  const byTarget = groupBy(order.flatMap((node) => targets(node).map((to) => [to, node] as const)));
  for (const killer of order) {
    if (killer.revokes === null || killer.lowers || dead.has(killer.id)) continue;
    for (const node of byTarget.get(killer.revokes) ?? []) {
      if (!dead.has(node.id) && concurrent(killer, node)) dead.set(node.id, { rule: 4, why: 'concurrent with a live revoke of the same person', by: killer.id });
    }
  }
  const lowerings = order.filter((node) => node.lowers).sort((a, b) => a.grants!.rights.role - b.grants!.rights.role || compareStrength(a, b));
  for (const killer of lowerings) {
    if (dead.has(killer.id)) continue;
    for (const node of byTarget.get(killer.grants!.to) ?? []) {
      if (dead.has(node.id) || !node.grants || node.grants.to !== killer.grants!.to || node.grants.rights.role <= killer.grants!.rights.role) continue;
      if (concurrent(killer, node)) dead.set(node.id, { rule: 4, why: 'concurrent with a live lowering of the same person', by: killer.id });
    }
  }
}

function personHit(node: AclNode): string[] {
  if (node.lowers) return [node.grants!.to];
  return node.revokes === null ? [] : [node.revokes];
}

function targets(node: AclNode): string[] {
  const out = node.acts.flatMap((act) => (act.t === 'accept' ? [act.invite] : []));
  if (node.grants) out.push(node.grants.to);
  return out;
}

function groupBy(pairs: readonly (readonly [string, AclNode])[]): Map<string, AclNode[]> {
  const out = new Map<string, AclNode[]>();
  for (const [key, node] of pairs) {
    const list = out.get(key);
    if (list) list.push(node);
    else out.set(key, [node]);
  }
  return out;
}
