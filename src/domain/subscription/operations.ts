/** Domain verbs of Access. The records themselves are made by the kernel. */
import { cutText } from '#base/plain-text';
import { err, ok, type Result } from '#base/result';
import type { InviteOptions, RoleName, SpaceView } from '#os/api';
import { oneLine, PERSON_NAME_MAX, refuse, type Refusal } from '#domain/shared';
import { invitableRoles, mayBePart } from './rules.ts';

/** Options of an invitation, checked against my role. */
export function inviteOptions(choice: { role: RoleName; expiresInMs: number; uses: number; approve: boolean; only?: string | null }, space: SpaceView): Result<InviteOptions, Refusal> {
  if (!invitableRoles(space).includes(choice.role)) return err(refuse('no-right'));
  if (choice.expiresInMs <= 0 || choice.uses < 1) return err(refuse('empty'));
  const scope = choice.only != null && mayBePart(choice.role) ? [choice.only] : null;
  return ok({ scope, role: choice.role, expiresInMs: choice.expiresInMs, uses: choice.uses, approval: choice.approve ? 'manual' : 'auto' });
}

/** The name of a space for two: "Anna & Boris", each cut to half of what a name may have. */
export function spaceForTwo(mine: string, theirs: string): string {
  const half = (name: string): string => cutText(oneLine(name), Math.floor((PERSON_NAME_MAX - 3) / 2)).trim();
  return [mine, theirs].map(half).filter((name) => name !== '').join(' & ');
}
