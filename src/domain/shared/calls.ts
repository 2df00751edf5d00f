/** Which calls somebody missed: one rule for the Inbox, the log of calls and the lines of a conversation. Pure. */

/** Who could have heard a call. */
export interface Hearer {
  readonly me: string | null;
  /** Since when they are a member, ms; Infinity while that is not known. */
  readonly since: number;
  /** May they call there? Who may not hears none. */
  readonly hears: boolean;
}

/** Did a call that is over ring for them in vain? One from before they came, or where they hear none, did not ring. */
export const didMiss = (call: { readonly by: string | null; readonly at: number; readonly people: readonly string[] }, { me, since, hears }: Hearer): boolean => me !== null && hears && call.at >= since && call.by !== me && !call.people.includes(me);
