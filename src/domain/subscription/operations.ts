/** Domain verbs of Access. The records themselves are made by the kernel. */
import { err, ok, type Result } from '#base/result';
import type { InviteOptions, RoleName, SpaceView } from '#os/api';
import { refuse, type Refusal } from '#domain/shared';
import { invitableRoles, mayBePart } from './rules.ts';

/** Options of an invitation, checked against my role. */
export function inviteOptions(choice: { role: RoleName; expiresInMs: number; uses: number; approve: boolean; only?: string | null }, space: SpaceView): Result<InviteOptions, Refusal> {
  if (!invitableRoles(space).includes(choice.role)) return err(refuse('no-right'));
  if (choice.expiresInMs <= 0 || choice.uses < 1) return err(refuse('empty'));
  const scope = choice.only != null && mayBePart(choice.role) ? [choice.only] : null;
  return ok({ scope, role: choice.role, expiresInMs: choice.expiresInMs, uses: choice.uses, approval: choice.approve ? 'manual' : 'auto' });
}
