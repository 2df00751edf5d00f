/** From a verified acl record to what the resolver takes: ids as base64url, operations as acts, faults as acts nobody may do. */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';
import type { AclOp } from '#vm/protocol/acl-operation';
import { linkNonce, parseStatement, verifyStatement, type Statement } from '#vm/protocol/identity';
import { parseVoucher, verifyVoucher, type Voucher } from '#vm/protocol/voucher';
import { ROLE, type ParsedRecord, type Role } from '#vm/protocol/types';
import type { AclRecord, Act, VoucherSays } from './acl-model.ts';
import { provenFork, verifyProof } from './fork-proof.ts';
import type { IdStatement } from './identity-state.ts';

/** A slot certificate: this writer is a log author of that device of that person. */
export interface SlotCertificate {
  readonly writer: string;
  readonly uid: string;
  readonly ds: string;
  readonly no: number;
}

/** True when every statement and stub that the operations carry is well-formed and signed. A record that fails this is given to the rights without operations. */
export async function verifyAttached(crypto: CryptoPort, ops: readonly AclOp[]): Promise<boolean> {
  for (const op of ops) {
    if (op.t === 'fork.proof' && !(await verifyProof(crypto, op.a, op.b))) return false;
    if (op.t !== 'ident.attach') continue;
    const voucher = parseVoucher(op.statement);
    const statement = parseStatement(op.statement);
    if (!(voucher ? await verifyVoucher(crypto, voucher) : statement.ok && (await verifyStatement(crypto, statement.value)))) return false;
  }
  return true;
}

/** Devices that the statements of a record bring. */
export function broughtBy(ops: readonly AclOp[]): { uid: string; device: string; link: boolean }[] {
  return ops.flatMap((op) => {
    const statement = op.t === 'ident.attach' ? parseStatement(op.statement) : null;
    if (!statement?.ok || (statement.value.body.kind !== 0 && statement.value.body.kind !== 1)) return [];
    return [{ uid: toBase64url(statement.value.uid), device: toBase64url(statement.value.body.ds), link: statement.value.body.kind === 0 && equalBytes(statement.value.body.nonce, linkNonce(statement.value.body.ds)) }];
  });
}

/** The fields of header key 64; null when it is no slot.add. Its signatures were verified before. */
export function readCertificate(bytes: Uint8Array): SlotCertificate | null {
  const statement = parseStatement(bytes);
  if (!statement.ok || statement.value.body.kind !== 4) return null;
  const { uid, writer, ds, no } = statement.value.body;
  return { writer: toBase64url(writer), uid: toBase64url(uid), ds: toBase64url(ds), no };
}

/** A statement in the words of identity-state. */
export function toIdStatement(statement: Statement): IdStatement {
  const { body } = statement;
  const uid = toBase64url(statement.uid);
  const by = toBase64url(statement.signers[0]!.key);
  switch (body.kind) {
    case 0: return { kind: 'inception', uid, rk: toBase64url(body.rk), ds: toBase64url(body.ds), dx: toBase64url(body.dx), ...(equalBytes(body.nonce, linkNonce(body.ds)) ? { link: true as const } : {}) };
    case 1: return { kind: 'add', uid, ds: toBase64url(body.ds), dx: toBase64url(body.dx), nbf: body.nbf, by };
    case 2: return { kind: 'revoke', uid, ds: toBase64url(body.ds), by };
    case 3: return { kind: 'rotate', uid, rk: toBase64url(body.rk), by };
    case 4: return { kind: 'slot', uid, writer: toBase64url(body.writer), ds: toBase64url(body.ds), no: body.no };
  }
}

const NEED: Partial<Record<AclOp['t'], Role>> = {
  'key.rotate': ROLE.admin, 'cut.extend': ROLE.admin, adopt: ROLE.admin,
  'slot.retire': ROLE.guest, 'key.share': ROLE.guest,
};

/** A voucher in the words of the acl. */
export function saysOf({ uid, plan, issuer, nbf, exp }: Voucher): VoucherSays {
  return { uid: toBase64url(uid), plan, issuer: toBase64url(issuer), nbf, exp };
}

function actOf(op: AclOp, space: Uint8Array): Act {
  switch (op.t) {
    case 'ident.attach': {
      const voucher = parseVoucher(op.statement);
      if (voucher) return equalBytes(voucher.space, space) ? { t: 'voucher', says: saysOf(voucher) } : { t: 'never', why: 'a voucher of another space' };
      const statement = parseStatement(op.statement);
      return statement.ok ? { t: 'attach', statement: toIdStatement(statement.value) } : { t: 'never', why: 'malformed statement' };
    }
    case 'space.create':
      return { t: 'create', owner: toBase64url(op.owner) };
    case 'grant': {
      const scope = op.scope === null ? null : new Map(op.scope.map((entry) => [toBase64url(entry.fragment), entry.bits]));
      return { t: 'grant', to: toBase64url(op.to), rights: { role: op.role, scope, exp: op.exp, mayDelegate: op.mayDelegate, maxRole: op.maxRole }, nbf: op.nbf };
    }
    case 'revoke':
      return { t: 'revoke', to: toBase64url(op.to) };
    case 'invite':
      return { t: 'invite', role: op.role, uses: op.uses, key: toBase64url(op.pub) };
    case 'accept':
      return { t: 'accept', invite: toBase64url(op.invite), uid: toBase64url(op.uid) };
    case 'fork.resolve':
      return { t: 'settle', writer: toBase64url(op.writer), keep: op.keep.map(toBase64url) };
    case 'policy.set':
      return { t: 'policy', set: op.policy };
    case 'baseline':
      return { t: 'baseline', fragment: toBase64url(op.fragment) };
    case 'baseline.say':
      return { t: 'say' };
    case 'fork.proof':
      return provenFork(space, op.a, op.b) ? { t: 'other', need: ROLE.guest } : { t: 'never', why: 'the two stubs prove no fork' };
    default:
      return { t: 'other', need: NEED[op.t] ?? ROLE.owner };
  }
}

/** At most one invite, revoke, grant and baseline, since each is named by the id of its record (FORMATS 2); one accept, which goes with one grant. */
const ONCE: readonly AclOp['t'][] = ['invite', 'revoke', 'grant', 'accept', 'space.create', 'baseline'];

/** The record as the resolver takes it. `ops` null: the payload, an operation or an attached statement is at fault. */
export function toAclRecord(record: ParsedRecord, ops: readonly AclOp[] | null, slot: SlotCertificate, fault: string | null): AclRecord {
  const { header } = record;
  const deps = [...new Set([...header.acl, ...(header.prev ? [header.prev] : [])].map((id: Bytes) => toBase64url(id)))];
  const doubled = ops !== null && ONCE.some((t) => ops.filter((op) => op.t === t).length > 1);
  const why = fault ?? (ops === null ? 'malformed operation' : ops.length === 0 ? 'no operation' : doubled ? 'more than one of a kind' : null);
  const acts: Act[] = why === null ? ops!.map((op) => actOf(op, header.space)) : [{ t: 'never', why }];
  return { id: toBase64url(record.id), author: slot.uid, device: slot.ds, deps, acts, at: header.hlc.ms, writer: slot.writer, seq: header.seq };
}
