/** Access: people, roles and invitations. Rights live in the acl fragment and are the kernel's; this component only reads them. */
import type { RoleName } from '#os/api';

/** Roles from most to least. */
export const ROLES: readonly RoleName[] = ['owner', 'admin', 'member', 'guest'];
/** Choices of how long a link works, in ms: one hour, one day, one week, thirty days. */
export const EXPIRY_CHOICES: readonly number[] = [3_600_000, 86_400_000, 604_800_000, 2_592_000_000];
/** Choices of how long somebody's access lasts, in ms: an hour, a day, a week, thirty and ninety days, a year. */
export const ACCESS_CHOICES: readonly number[] = [3_600_000, 86_400_000, 604_800_000, 2_592_000_000, 7_776_000_000, 31_536_000_000];
/** Choices of how many people a link lets in. */
export const USES_CHOICES: readonly number[] = [1, 3, 10, 50, 500];
/** FORMATS 5: the default of an invitation. */
export const INVITE_DEFAULT = { role: 'member' as RoleName, expiresInMs: 86_400_000, uses: 1, approval: 'auto' as const };
/** Of an invitation to a Guild: a link for many, who read. */
export const GUILD_INVITE_DEFAULT = { role: 'guest' as RoleName, expiresInMs: 604_800_000, uses: 50, approval: 'manual' as const };
