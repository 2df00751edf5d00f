/** What "Close and forget" waits for (decisions/0051): that another device has all that was written in a tab that keeps nothing. */
import type { LifegraphApi } from '#os/api';

/** So long it is waited for others before a person has to choose, and so often it is looked, ms. */
const WAIT_MS = 20_000;
const LOOK_MS = 250;

/** Resolves after a time. */
export const after = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms));

/** Tells how much is left until nothing is (`held`), or until it took too long (`late`), also where no answer comes. Returns what ends it: after that nothing is told. */
export function waitForOthers(api: { saved(): Promise<unknown>; devices: Pick<LifegraphApi['devices'], 'unheld'> }, told: { left(count: number): void; held(): void; late(): void }): () => void {
  let over = false;
  let timer: ReturnType<typeof setTimeout>;
  const end = (): void => {
    over = true;
    clearTimeout(timer);
    clearTimeout(tooLong);
  };
  const tooLong = setTimeout(() => (end(), told.late()), WAIT_MS);
  const look = async (): Promise<void> => {
    // What stands in the way of it is told by the count that does not fall; where it does not answer something waits.
    const answered = await Promise.race([api.saved().then(() => true, () => true), after(LOOK_MS)]);
    const count = (await api.devices.unheld().catch(() => 1)) || (answered ? 0 : 1);
    if (over) return;
    told.left(count);
    if (count === 0) return end(), told.held();
    timer = setTimeout(() => void look(), LOOK_MS);
  };
  void look();
  return end;
}
