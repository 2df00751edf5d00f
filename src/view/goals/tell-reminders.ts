/** Where a reminder is told: by the system where that is wanted and nobody looks, else in the app, in whichever tab of this person is seen. */
import type { Route } from '#view/kit/router.tsx';
import type { NoticeDoor } from '#view/kit/system-notices.ts';

export interface ReminderLine {
  readonly text: string;
  readonly route: Partial<Route>;
  readonly tag: string;
}

export interface ReminderWays {
  readonly door: Pick<NoticeDoor, 'tell' | 'port'>;
  /** Is this tab seen? */
  seen(): boolean;
  toast(line: ReminderLine): void;
  /** To the other tabs of this person: one that is seen shows it. */
  post(lines: readonly ReminderLine[]): void;
}

/** Tells them; `secret`: of a space that asks to be kept nowhere, `bare` is said in their place then. */
export async function tellReminders(lines: readonly ReminderLine[], { secret, bare }: { secret: boolean; bare: string }, { door, seen, toast, post }: ReminderWays): Promise<void> {
  const shown = await door.tell(() => lines.map(({ text, route, tag }) => ({ tag: `lgos/remind/${tag}`, title: 'LifeGraph', body: text, route, secret, bare }))).catch(() => false);
  if (shown) return;
  post(lines);
  // With all tabs out of sight it waits in this one.
  if (seen() || !(await door.port.looked().catch(() => false))) lines.forEach(toast);
}
