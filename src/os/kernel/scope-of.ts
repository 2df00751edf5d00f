/** The scope that a choice of fragments makes. */
import { AppError } from '#base/app-error';
import { fromBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import type { Scope } from '#os/rights/acl-model';
import { ROLE, SCOPE, type Role } from '#vm/protocol/types';
import { fragmentTitle } from './spaces.ts';
import type { Space } from './state.ts';

/** What an invitation gives in the fragments it names: a Member reads and writes, and comments only in those named so; a Guest reads, and does what the rules open to guests. */
export function scopeOf(role: Role, fragments: readonly string[] | null, comments: readonly string[] = []): Scope {
  if (fragments === null) return null;
  const wrong = !Array.isArray(fragments) || fragments.length === 0 || fragments.length > KERNEL_LIMITS.scopeFragments || !fragments.every((id) => typeof id === 'string' && fromBase64url(id)?.length === 16);
  if (wrong) throw new AppError('bad-id', 'A scope names the fragments that are opened.', 'Nothing was changed.', 'Choose a channel.');
  if (role >= ROLE.admin) throw new AppError('bad-invite', 'Who manages people has the whole space.', 'Nothing was changed.', 'Choose Member or Guest.');
  return new Map(fragments.map((id) => [id, SCOPE.read | SCOPE.comment | (role === ROLE.member && !comments.includes(id) ? SCOPE.write : 0)]));
}

/** The same for fragments that the directory must name. */
export function knownScope(space: Space, role: Role, fragments: readonly string[] | null, comments: readonly string[] = []): Scope {
  const scope = scopeOf(role, fragments, comments);
  if ([...(scope?.keys() ?? [])].some((fragment) => fragmentTitle(space, fragment) === '')) throw new AppError('bad-id', 'A scope names the fragments that are opened.', 'Nothing was changed.', 'Choose a channel.');
  return scope;
}
