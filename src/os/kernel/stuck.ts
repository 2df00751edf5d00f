/** "Not saved: reason" (UX 5): the store refused; nothing was lost from memory, nothing was announced. */
import type { Bytes } from '#base/bytes';
import type { AppErrorShape } from '#base/app-error';
import type { StoreError, StoreFailure } from '#ports/record-store';
import { forbidsNow, mayWriteNow } from './expiry.ts';
import type { Fragment, Kernel, Space } from './state.ts';

const WORDS: Record<StoreFailure, Pick<AppErrorShape, 'message' | 'next'>> = {
  quota: { message: 'The browser gives this site no more space.', next: 'Free some space on this device, then try again.' },
  aborted: { message: 'The browser broke off the write.', next: 'We try again by ourselves.' },
  closed: { message: 'The database of this site was closed.', next: 'Reload the page, or export what is not saved.' },
  blocked: { message: 'Another tab holds an older version of the database.', next: 'Close the other tabs of LifeGraph, then try again.' },
  newer: { message: 'A newer version of LifeGraph took the data in this browser over.', next: 'Reload the page to get the newer version, or export what is not saved.' },
  upgrade: { message: 'The data in this browser could not be taken over by this version; it is as it was.', next: 'Reload the page to try again.' },
  unavailable: { message: 'This browser gives the page no database (private mode?).', next: 'Open the page in a normal window.' },
};

/** Marks the kernel as stuck; every view learns it at once. */
export function noteStoreFailure(kernel: Kernel, error: StoreError): void {
  kernel.metric(`store.failed.${error.reason}`, 1);
  const words = WORDS[error.reason];
  kernel.stuckSince ??= kernel.deps.clock.now();
  kernel.stuck = { code: `store-${error.reason}`, message: words.message, safe: 'Everything shown as saved is safe.', next: words.next };
  kernel.emit({ type: 'stuck' });
}

/** Reopenings under way: own writes and those of others fail in the same moment. */
const reviving = new WeakMap<Kernel, Promise<boolean>>();

/** Opens a closed database again; false when that is not possible or it is another one now (wiped): then only export and reload help. */
export function reviveStore(kernel: Kernel): Promise<boolean> {
  const known = reviving.get(kernel);
  if (known) return known;
  const work = reopenStore(kernel).finally(() => reviving.delete(kernel));
  reviving.set(kernel, work);
  return work;
}

async function reopenStore(kernel: Kernel): Promise<boolean> {
  if (!kernel.deps.reopen) return false;
  const old = kernel.store;
  try {
    const store = await kernel.deps.reopen();
    if (store.id !== old.id) {
      store.close();
      return false;
    }
    store.onClosed = old.onClosed;
    old.onClosed = null;
    kernel.store = store;
    old.close();
    return true;
  } catch {
    return false;
  }
}

/** Is the database closed as far as the last failure says? */
export const isStoreClosed = (kernel: Kernel): boolean => kernel.stuck?.code === 'store-closed' || kernel.stuck?.code === 'store-blocked';

/** A commit went through again. */
export function clearStoreFailure(kernel: Kernel): void {
  if (!kernel.stuck) return;
  kernel.stuck = kernel.stuckSince = null;
  kernel.emit({ type: 'stuck' });
}

/** The database was closed from outside (upgrade, wipe, eviction). */
export function noteStoreClosed(kernel: Kernel, reason: StoreFailure): void {
  kernel.stuckSince ??= kernel.deps.clock.now();
  kernel.stuck = { code: `store-${reason}`, message: WORDS[reason].message, safe: 'Everything shown as saved is safe.', next: WORDS[reason].next };
  kernel.emit({ type: 'stuck' });
}

/** The reason where own operations cannot be sealed: no epoch key that everybody who stays holds (FORMATS 6, drafts wait visibly). */
const NO_KEY: AppErrorShape = {
  code: 'no-key', message: 'The key of a space was changed and the new one has not come yet.', safe: 'What you wrote is in this tab and not saved.', next: 'Stay open until an admin of the space is online.',
};

/** The reason where own operations were made in time, but the right to write went before they were sealed: under it they would have no effect for anybody. */
const SILENCED: AppErrorShape = {
  code: 'silenced', message: 'You may only read in this space now.', safe: 'What you wrote last is in this tab and not saved.', next: 'Export it, or ask an admin for the right to write: then it is saved.',
};

/** The reason where another copy of this profile wrote last, knowing of acl records that are still to come. */
const ACL_BEHIND: AppErrorShape = {
  code: 'acl-behind', message: 'Records that say who may do what here are still to come.', safe: 'What you wrote is in this tab and not saved.', next: 'Stay open until another member is online.',
};

/**
 * May a record of this writer follow the last one of its log? Its acl heads have to dominate those of that one (RIGHT15), so they must be held: in a profile
 * that was copied or restored, the last one may have come from the other copy.
 */
function mayFollow(space: Space, fragment: Fragment, writer: Bytes): boolean {
  return fragment.log.ownTip(writer)?.acl.every((head) => space.rights.has(head)) ?? true;
}

/**
 * What own operations in a fragment wait for before they can be sealed; null: for nothing. Of `writer`: of the slot in use when left out. Sealed without it
 * they would have no effect for anybody.
 */
export function waitsFor(kernel: Kernel, space: Space, fragment: Fragment, writer = kernel.slot?.writer): AppErrorShape | null {
  if (!mayWriteNow(kernel, space, fragment)) return SILENCED;
  // A rule may have come since they were made.
  if (writer === kernel.slot?.writer && forbidsNow(kernel, space, fragment.key, fragment.pending.map(({ op }) => op))) return SILENCED;
  const epoch = space.rights.sealingEpoch();
  if (!epoch || !space.keys.opens(epoch, fragment.id)) return NO_KEY;
  return writer && !mayFollow(space, fragment, writer) ? ACL_BEHIND : null;
}

/** Why own operations of the space cannot be sealed, and since when (ms); null when they can, or none wait. */
export function draftsWait(kernel: Kernel, space: Space): { readonly reason: AppErrorShape; readonly since: number } | null {
  if (space.standing !== 'member') return null;
  let first: { reason: AppErrorShape; since: number } | null = null;
  for (const fragment of space.fragments.values()) {
    const since = fragment.pending[0]?.at;
    const reason = since === undefined ? null : waitsFor(kernel, space, fragment);
    if (since !== undefined && reason && (first === null || since < first.since)) first = { reason, since };
  }
  return first;
}
