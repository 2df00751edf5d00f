/** Abstract acl records of the vectors and of random graphs, turned into what the resolver takes. */
import type { AclRecord, Act, Rights } from '#os/rights/acl-model';
import type { Role } from '#vm/protocol/types';

export const ROLES: Record<string, Role> = { owner: 4, admin: 3, member: 2, guest: 1 };

export interface CaseOp {
  t: 'create' | 'grant' | 'revoke' | 'other';
  owner?: string;
  to?: string;
  role?: string;
  scope?: string[];
  exp?: number;
  may_delegate?: boolean;
  max_role?: string;
  need?: string;
  cuts?: Record<string, number>;
}

export interface CaseRecord {
  id: string;
  author: string;
  deps: string[];
  op: CaseOp;
}

export interface AclCase {
  name: string;
  records: CaseRecord[];
  cut_extend?: { id: string; revoke: string; cuts: Record<string, number> }[];
  expected: {
    members: Record<string, { role: string; path: string[]; scope?: string[]; exp?: number }>;
    dead: Record<string, string>;
    strongest_first: string[];
  };
  data?: { writer: string; author: string; n: number; acl: string[]; fragment: string; expected: string }[];
}

function actOf(op: CaseOp): Act {
  if (op.t === 'create') return { t: 'create', owner: op.owner! };
  if (op.t === 'revoke') return { t: 'revoke', to: op.to! };
  if (op.t === 'other') return { t: 'other', need: op.need === undefined ? 1 : ROLES[op.need]! };
  const rights: Rights = {
    role: ROLES[op.role!]!,
    scope: op.scope ? new Map(op.scope.map((fragment) => [fragment, 31])) : null,
    exp: op.exp ?? null,
    mayDelegate: op.may_delegate ?? null,
    maxRole: op.max_role === undefined ? null : ROLES[op.max_role]!,
  };
  return { t: 'grant', to: op.to!, rights, nbf: 0 };
}

export function toAclRecord(record: CaseRecord): AclRecord {
  return { id: record.id, author: record.author, device: null, deps: record.deps, acts: [actOf(record.op)] };
}
