/**
 * What was written in a fragment before newcomers came may be opened to them (KEY10): settings `past:` ‖ id of the fragment of a policy.set, by an Owner who has it
 * themself. It changes what keys kernels give, never what counts, so builds that do not know it give none.
 */
import { equalBytes, fromBase64url } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { MAX_PASTS } from '#os/limits';
import { FRAGMENT } from '#vm/protocol/types';

/** Fragments, base64url. */
export type Pasts = ReadonlySet<string>;

/** What the name of such a setting begins with. */
export const PAST_KEY = 'past:';

/** The fragment that a setting is about; null: it is another setting. `root` tells the titles and names of all that was, and its own rule (HIST2) what of it newcomers are told. */
export function pastOf(key: number | string): string | null {
  const fragment = typeof key === 'string' && key.startsWith(PAST_KEY) ? key.slice(PAST_KEY.length) : '';
  const bytes = fromBase64url(fragment);
  return bytes?.length === 16 && !Object.values(FRAGMENT).some((one) => equalBytes(one, bytes)) ? fragment : null;
}

/** The open ones after a policy.set. One more than a space may have is not open. Who has not what was before opens nothing: they would open it to themself. */
export function withPasts(before: Pasts, set: ReadonlyMap<number | string, CborValue>, opens: boolean): Pasts {
  let after: Set<string> | null = null;
  for (const [key, value] of set) {
    const fragment = pastOf(key);
    if (fragment === null) continue;
    after ??= new Set(before);
    if (value !== true) after.delete(fragment);
    else if (opens && after.size < MAX_PASTS) after.add(fragment);
  }
  return after ?? before;
}
