/** Error codes of the kernel → words of the reader's language. The kernel's own English stays in the inspector and the console. */
import type { AppErrorShape } from '#base/app-error';
import type { I18n, Key } from '#view/kit/i18n.tsx';

/** Every code that can reach a view; `npm run i18n:check` compares it with the codes the sources throw. */
export const ERROR_WORDS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['acl-behind', 'error.aclBehind'], ['already', 'error.already'], ['author-full', 'error.authorFull'], ['bad-address', 'error.badAddress'], ['bad-id', 'error.badId'], ['bad-invite', 'error.badInvite'], ['bad-key', 'error.badKey'], ['bad-link', 'error.badLink'],
  ['bad-name', 'error.badName'], ['bad-op', 'error.badOp'], ['bad-preview', 'error.badValue'], ['bad-range', 'error.badRange'], ['text-closed', 'error.badRange'], ['bad-relay', 'error.badRelay'], ['bad-value', 'error.badValue'], ['busy', 'error.busy'], ['cancelled', 'file.cancelled'], ['damaged', 'file.damaged'], ['unreadable', 'file.unreadable'], ['closed', 'error.closed'],
  ['internal', 'error.internal'], ['kernel-lost', 'error.kernelLost'], ['kernel-stopped', 'error.kernelStopped'], ['invite-over', 'error.inviteOver'], ['last-owner', 'error.lastOwner'], ['newer-link', 'error.newerLink'], ['no-identity', 'error.noIdentity'],
  ['no-key', 'error.noKey'], ['no-right', 'error.noRight'], ['no-space', 'error.noSpace'], ['no-answer', 'seal.noAnswer'], ['nobody-to-ask', 'error.nobodyToAsk'], ['not-here', 'error.notHere'], ['not-linked', 'error.notLinked'], ['not-moved', 'error.notMoved'], ['not-ready', 'error.notReady'], ['own-part', 'error.ownPart'], ['owner-only', 'error.ownerOnly'], ['old-rules', 'error.oldRules'], ['personal', 'error.personal'], ['plan-holds', 'error.planHolds'], ['rules', 'error.rules'],
  ['silenced', 'error.silenced'], ['store-behind', 'error.storeBehind'], ['store-aborted', 'error.storeAborted'], ['store-blocked', 'error.storeBlocked'], ['store-closed', 'error.storeClosed'], ['store-quota', 'error.storeQuota'],
  ['store-unavailable', 'error.storeUnavailable'], ['store-newer', 'error.storeNewer'], ['store-upgrade', 'error.storeUpgrade'], ['start-newer', 'error.startNewer'], ['start-upgrade', 'error.startUpgrade'], ['start-quota', 'error.startQuota'], ['start-aborted', 'error.startAborted'], ['too-large', 'error.tooLarge'], ['too-many', 'error.tooMany'], ['too-many-tabs', 'error.tooManyTabs'], ['too-much', 'error.tooMuch'],
  ['unknown', 'error.unknown'], ['unknown-edge', 'error.unknownEdge'],
]);

/** The code an unknown thrown value carries, or ''. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The words of a code; '' where there are none, or where they are not loaded yet. */
function sentence(t: I18n['t'], code: string): string {
  const key = ERROR_WORDS.get(code);
  return key === undefined ? '' : t(key);
}

/** What to tell about a failed call: by its code, else the words of the place that called. */
export function errorText(t: I18n['t'], error: unknown, otherwise: Key): string {
  return sentence(t, errorCode(error)) || t(otherwise);
}

/** The reason after "Not saved:". */
export function errorWords(t: I18n['t'], reason: AppErrorShape | null): string {
  return sentence(t, reason?.code ?? '') || t('reason.unknown');
}
