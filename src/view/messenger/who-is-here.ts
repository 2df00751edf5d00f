/** Who is where in many spaces: each space is asked once for all of its conversations, and again when something came from it. */
import type { LifegraphApi, Presence } from '#os/api';

/** Changes that come together are one asking, ms. */
const GATHER_MS = 150;

export type Here = ReadonlyMap<string, readonly Presence[]>;

const keyOf = (list: readonly Presence[]): string => list.map(({ uid, fragment }) => `${uid}/${fragment}`).sort().join(' ');

/** Now and after every change; returns stop. Without this person. */
export function followHere(api: Pick<LifegraphApi, 'presence' | 'on' | 'identity'>, spaces: readonly string[], on: (here: Here) => void): () => void {
  const mine = new Set(spaces);
  const here = new Map<string, readonly Presence[]>();
  let due = new Set(mine);
  let [alive, first] = [true, true];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const look = async (): Promise<void> => {
    timer = null;
    const asked = [...due];
    due = new Set();
    const me = api.identity.get()?.uid;
    // One that did not answer is asked with the next change; nobody is said to be there meanwhile.
    const lists = await Promise.all(asked.map((id) => api.presence.list(id).catch((): Presence[] => [])));
    let changed = first;
    first = false;
    for (const [n, id] of asked.entries()) {
      const list = lists[n]!.filter(({ uid }) => uid !== me);
      if (keyOf(list) === keyOf(here.get(id) ?? [])) continue;
      changed = true;
      if (list.length > 0) here.set(id, list);
      else here.delete(id);
    }
    if (alive && changed) on(new Map(here));
  };
  const stop = api.on(({ type, space }) => {
    if (type === 'kernel') for (const id of mine) due.add(id);
    else if (type === 'presence' && space !== undefined && mine.has(space)) due.add(space);
    else if (type !== 'presence' && type !== 'network') return;
    // Who goes says nothing: where somebody is, it is looked at again.
    for (const id of here.keys()) due.add(id);
    if (due.size > 0) timer ??= setTimeout(() => void look(), GATHER_MS);
  });
  void look();
  return () => {
    alive = false;
    if (timer) clearTimeout(timer);
    stop();
  };
}
