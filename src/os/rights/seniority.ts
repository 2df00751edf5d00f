/** The orders of the acl graph: ids, seniority paths, strength (TRUST 2.4). Earlier means more senior or stronger: negative numbers. */
import type { AclNode, Member, Strength } from './acl-model.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const INDEX = new Uint8Array(128);
for (let i = 0; i < 64; i++) INDEX[ALPHABET.charCodeAt(i)] = i;

/** Order of the bytes behind two base64url texts (text order of base64url is another one). A prefix comes first. */
export function compareIds(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return (INDEX[x & 127] ?? 0) - (INDEX[y & 127] ?? 0) || x - y;
  }
  return a.length - b.length;
}

/** Seniority: shorter path first, then lexicographic. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) {
    const order = compareIds(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * True when `a` may act on `b`: role of `b` not above and `b` strictly junior. Junior is read in the order of strength (role, seniority):
 * a higher role is senior to a lower one whatever the paths, since equal-length paths compare by random ids.
 */
export function outranks(a: Member, b: Member): boolean {
  if (a.role !== b.role) return a.role > b.role;
  return comparePaths(a.path, b.path) < 0;
}

/** (author role, seniority, id) in the record's own past; negative when `a` is stronger. Total, fixed for good. */
export function compareStrength(a: AclNode, b: AclNode): number {
  const x: Strength = a.strength;
  const y: Strength = b.strength;
  return y.role - x.role || comparePaths(x.path, y.path) || compareIds(a.id, b.id);
}
