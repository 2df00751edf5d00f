/** A graph in the form the production rights take: parsed records with their operations, headers of data records. Signatures are not looked at by the rights. */
import { compareBytes, toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { sha256 } from '#base/hash';
import { compareWraps, type AclOp, type Cuts, type KeyShareOp, type Sealed } from '#vm/protocol/acl-operation';
import { encodeHeader, encodeRecord, recordId } from '#vm/protocol/record';
import { FRAGMENT, RECORD_CLASS, type Header, type ParsedRecord, type Role } from '#vm/protocol/types';
import { TYPES } from './oracle-shapes.ts';
import { certificateOf, dsOf, epochOf, fragmentOf, fragmentText, idBytes, issuerOf, statementBytes, uidBytes, voucherBytes, writerOf, writerText } from './people.ts';
import { type Dev, GENESIS, isStatement, type Name, type SpecCuts, type SpecData, type SpecGraph, type SpecHistory, type SpecOp, type SpecProof, type SpecRecord, type Writer } from './spec.ts';

const ZERO = new Uint8Array(32) as Bytes;
const WRAP = new Uint8Array(48) as Bytes;
const ONE = new Uint8Array(1) as Bytes;
const ONE_KEY = sha256(ONE);
const SEALED: Sealed = { epoch: new Uint8Array(16) as Bytes, nonce: new Uint8Array(12) as Bytes, ct: ZERO };

export interface Compiled {
  readonly name: Name;
  readonly text: string;
  readonly record: ParsedRecord;
  readonly ops: readonly AclOp[] | null;
  readonly writer: Bytes;
  readonly certificate: Bytes;
  /** acl heads and prev. */
  readonly deps: readonly Name[];
}

export interface CompiledData {
  readonly name: Name;
  readonly id: Bytes;
  readonly header: Header;
  readonly first: readonly Bytes[];
  readonly prev: readonly Bytes[] | null;
}

export interface CompiledGraph {
  readonly space: Bytes;
  readonly records: readonly Compiled[];
  readonly data: readonly CompiledData[];
  /** Of all writers. */
  readonly certificates: readonly (readonly [writer: Bytes, certificate: Bytes])[];
  id(name: Name): Bytes;
  /** Text id of a record. */
  text(name: Name): string;
}

/** The graph in bytes. */
export function compile(graph: SpecGraph): CompiledGraph {
  const ids = new Map<Name, Bytes>();
  const texts = new Map<Name, string>();
  const id = (name: Name): Bytes => {
    const known = ids.get(name) ?? idBytes(graph.seed, name);
    ids.set(name, known);
    return known;
  };
  const text = (name: Name): string => {
    const known = texts.get(name) ?? toBase64url(id(name));
    texts.set(name, known);
    return known;
  };
  return { space: id(GENESIS), id, text, records: graph.records.map((record) => compileRecord(record, id, text)), data: graph.data.map((data) => compileData(data, id)), certificates: [...new Set([...graph.records, ...graph.data].map(({ writer }) => writer))].map((writer) => [writerOf(writer), certificateOf(writer)]) };
}

type Id = (name: Name) => Bytes;
const sorted = (names: readonly Name[], id: Id): Bytes[] => names.map(id).sort(compareBytes);

function compileRecord(spec: SpecRecord, id: Id, text: (name: Name) => string): Compiled {
  const certificate = certificateOf(spec.writer);
  const header: Header = {
    v: 0, alg: 1, space: spec.name === GENESIS ? ZERO : id(GENESIS), fragment: FRAGMENT.acl, writer: writerOf(spec.writer), seq: spec.seq, prev: spec.prev === null ? null : id(spec.prev),
    n: spec.seq, sprev: null, deps: [], acl: sorted(spec.acl, id), hlc: { ms: spec.name, ctr: 0 }, class: RECORD_CLASS.acl, epoch: null, nonce: null, bodyHash: ZERO, bodyLen: 0, flags: 0,
    ext: spec.seq === 0 ? new Map([[64, certificate]]) : new Map(),
  };
  const record: ParsedRecord = { header, headerBytes: ZERO, body: ONE, sig: ZERO, id: id(spec.name), bytes: ZERO, status: 'known' };
  const deps = [...new Set([...spec.acl, ...(spec.prev === null ? [] : [spec.prev])])];
  return { name: spec.name, text: text(spec.name), record, ops: spec.ops?.map((op) => compileOp(op, id)) ?? null, writer: header.writer, certificate, deps };
}

function compileData(spec: SpecData, id: Id): CompiledData {
  const header: Header = {
    v: 0, alg: 1, space: id(GENESIS), fragment: fragmentOf(spec.fragment), writer: writerOf(spec.writer), seq: spec.n, prev: null, n: spec.n, sprev: null, deps: [], acl: sorted(spec.acl, id),
    hlc: { ms: spec.name, ctr: 0 }, class: RECORD_CLASS.op, epoch: ZERO.slice(0, 16) as Bytes, nonce: null, bodyHash: ZERO, bodyLen: 0, flags: 0, ext: new Map(),
  };
  return { name: spec.name, id: id(spec.name), header, first: sorted(spec.first, id), prev: spec.prev && sorted(spec.prev, id) };
}

function cuts(spec: SpecCuts, id: Id): Cuts {
  return new Map(Object.entries(spec).map(([writer, [n, data]]) => [writerText(writer as Writer), { n, id: id(data) }]));
}

function wraps(to: readonly Dev[]): KeyShareOp['wraps'] {
  return to.map((device) => ({ device: dsOf(device).slice(0, 8) as Bytes, wrap: WRAP })).sort(compareWraps);
}

function compileOp(op: SpecOp, id: Id): AclOp {
  if (isStatement(op)) return { t: 'ident.attach', statement: statementBytes(op) };
  switch (op.t) {
    case 'create':
      return { t: 'space.create', owner: uidBytes(op.owner), kind: 1, nonce: ZERO.slice(0, 16) as Bytes };
    case 'grant': {
      const scope = op.scope === null ? null : op.scope.map(([fragment, bits]) => ({ fragment: fragmentOf(fragment), bits })).sort((a, b) => compareBytes(a.fragment, b.fragment));
      return { t: 'grant', to: uidBytes(op.to), role: op.role as Role, scope, nbf: op.nbf ?? 0, exp: op.exp, mayDelegate: op.del, maxRole: op.max as Role, plan: null };
    }
    case 'revoke':
      return { t: 'revoke', to: uidBytes(op.to), cuts: cuts(op.cuts, id), reason: null };
    case 'cut':
      return { t: 'revoke', to: dsOf(op.device), cuts: cuts(op.cuts, id), reason: null };
    case 'withdraw':
      return { t: 'revoke', to: id(op.invite), cuts: new Map(), reason: null };
    case 'invite':
      return { t: 'invite', pub: op.key === undefined ? ZERO : dsOf(op.key), role: op.role as Role, exp: 1, uses: op.uses, room: SEALED };
    case 'accept':
      return { t: 'accept', invite: id(op.invite), uid: uidBytes(op.p) };
    case 'rotate':
      return { t: 'key.rotate', epoch: epochOf(op.epoch), eph: ZERO, wraps: wraps(op.to), prev: null, cause: 'graph' };
    case 'share':
      return { t: 'key.share', epoch: epochOf(op.epoch), fragment: op.fragment === undefined ? null : fragmentOf(op.fragment), eph: ZERO, wraps: wraps(op.to) };
    case 'retire':
      return { t: 'slot.retire', writer: writerOf(op.writer), keep: sorted(op.keep, id) };
    case 'resolve':
      return { t: 'fork.resolve', writer: writerOf(op.writer), keep: sorted(op.keep, id) };
    case 'extend':
      return { t: 'cut.extend', revoke: id(op.revoke), cuts: cuts(op.cuts, id) };
    case 'adopt':
      return { t: 'adopt', ids: sorted(op.data, id) };
    case 'baseline':
      return { t: 'baseline', fragment: fragmentOf(op.fragment), heads: [{ writer: ONE_KEY, seq: 0, id: ZERO, first: ZERO }], snapshot: { writer: ONE_KEY, from: 0, to: 0, id: ZERO } };
    case 'verdict':
      return { t: 'baseline.say', baseline: id(op.baseline), right: op.right };
    case 'proof':
      return { t: 'fork.proof', ...stubsOf(op, id(GENESIS)) };
    case 'voucher':
      return { t: 'ident.attach', statement: voucherBytes(op) };
    case 'policy':
      return { t: 'policy.set', policy: settings(op) };
  }
}

/** Two headers of the writer, as `how` says. */
function stubsOf({ writer, n, how }: SpecOp & { t: 'proof' }, space: Bytes): { a: Bytes; b: Bytes } {
  const header = (change: Partial<Header>): Header => ({
    v: 0, alg: 1, space, fragment: fragmentOf(0), writer: writerOf(writer), seq: n, prev: ZERO, n, sprev: ZERO, deps: [], acl: [ZERO], hlc: { ms: n, ctr: 0 }, class: RECORD_CLASS.op, epoch: ZERO.slice(0, 16) as Bytes,
    nonce: ZERO.slice(0, 12) as Bytes, bodyHash: ZERO, bodyLen: 128, flags: 0, ext: new Map(), ...change,
  });
  const first = header({});
  const other = sha256(ONE);
  const beside: Record<SpecProof, [Partial<Header>, Partial<Header>]> = {
    twin: [{}, { bodyHash: other }], skips: [{}, { n: n + 1, seq: n + 1, sprev: other }], follows: [{}, { n: n + 1, seq: n + 1, sprev: recordId(encodeHeader(first)) }], far: [{}, { n: n + 2, seq: n + 2, sprev: other }],
    same: [{}, {}], space: [{ space: other }, { space: other, bodyHash: other }], writer: [{}, { writer: other }],
  };
  const [a, b] = beside[how].map((change) => encodeRecord(encodeHeader(header(change)), null, new Uint8Array(64))) as [Bytes, Bytes];
  return { a, b };
}

const HISTORY: Record<SpecHistory, CborValue> = { joining: 'joining', all: null, odd: true };

function settings({ value, invite, issuers, plans, on, shapes, history, pasts, min }: SpecOp & { t: 'policy' }): Map<string, CborValue> {
  const out = new Map<string, CborValue>();
  if (history !== undefined) out.set('history', HISTORY[history]);
  for (const [fragment, open] of pasts ?? []) out.set(`past:${fragmentText(fragment)}`, open === 'odd' ? 1 : open || null);
  if (min !== undefined) out.set('min_version', min);
  if (value !== undefined) out.set('value', value);
  if (invite !== undefined) out.set('invite', invite);
  if (issuers !== undefined) out.set('issuers', issuers.map(issuerOf));
  for (const [fragment, least] of on ?? []) out.set(`on:${fragmentText(fragment)}`, least === null ? null : new Map([['chat/message@', least]]));
  for (const [type, kinds] of shapes ?? []) out.set(`shape:${TYPES[type]}`, kinds && new Map(Object.entries(kinds)));
  const words: CborValue = [SEALED.epoch, SEALED.nonce, SEALED.ct];
  if (plans !== undefined) out.set('plans', new Map(plans.map(({ id, role, scope, ms }): [string, CborValue] => [`p${id}`, [role, scope && scope.map(([fragment, bits]): CborValue => [fragmentOf(fragment), bits]), ms, words]])));
  return out;
}
