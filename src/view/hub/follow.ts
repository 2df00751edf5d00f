/** Follows spaces for the Hub. Of one that has things: the newest of what its components tell, what is given to me however old it is, and every change after. */
import type { Change, LifegraphApi, NodeView } from '#os/api';
import { HUB, hubMarkOf } from '#domain/hub';
import { HUB_LIMITS, QUIET, READ, type ActivityType } from '#domain/shared';
import { createGather } from '#view/kit/gather.ts';

export interface Followed {
  /** Asks for single nodes that were not among them. */
  look(ids: readonly string[]): void;
  stop(): void;
}

const read = (change: Partial<Change>): Change => ({ added: [], changed: [], removed: [], origin: 'remote', ...change });

/** A question that failed is asked again after so long, ms, then after twice as long each time, up to the second. */
export const AGAIN_MS = 2_000;
const AGAIN_MOST_MS = 60_000;

/** Asks until there is an answer; returns stop. */
function askUntil<T>(ask: () => Promise<T>, done: (value: T) => void, failed: () => void = () => undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [alive, wait] = [true, AGAIN_MS];
  const once = (): void => void ask().then((value) => alive && done(value), () => {
    if (!alive) return;
    failed();
    timer = setTimeout(once, wait);
    wait = Math.min(AGAIN_MOST_MS, 2 * wait);
  });
  once();
  return () => ((alive = false), clearTimeout(timer));
}

/** Begins to follow. `loaded` is called once everything that is asked for is there, and says whether there is more than was looked at, `failed` when it could not be asked: then it is asked again. */
export function followSpace(api: LifegraphApi, space: string, types: readonly ActivityType[], me: string | null, on: { change(change: Change): void; loaded(cut: boolean): void; failed(): void }): Followed {
  const graph = api.graph(space);
  const names = [...new Set(types.map(({ type }) => type))];
  const asked = new Set<string>();
  let alive = true;
  const gather = createGather((change) => alive && on.change(change));
  const stop = graph.subscribe({ type: names }, (change) => gather.take(change));
  const newest = (): Promise<NodeView[]>[] => names.map((type) => graph.query({ type, order: '-stamp', limit: HUB_LIMITS.looked }));
  const mine = (): Promise<NodeView[]>[] => (me === null ? [] : types.flatMap(({ type, mine: prop }) => (prop === undefined ? [] : [graph.query({ type, where: { [prop]: me } })])));
  const quit = askUntil(() => Promise.all([...newest(), ...mine()]), (lists) => {
    on.change(read({ added: lists.flat() }));
    on.loaded(lists.slice(0, names.length).some(({ length }) => length >= HUB_LIMITS.looked));
  }, () => on.failed());
  return {
    look(ids) {
      for (const id of ids) {
        if (asked.has(id)) continue;
        asked.add(id);
        graph.get(id).then(
          (node) => {
            if (!alive) return;
            if (node.state === 'here' && !node.deleted) on.change(read({ added: [node] }));
            // What is still looked for may come yet: then the subscription tells it.
            else if (node.state !== 'looking') on.change(read({ removed: [id] }));
          },
          () => asked.delete(id),
        );
      }
    },
    stop() {
      alive = false;
      quit();
      stop();
      gather.stop();
    },
  };
}

/** What I did with entries, what I read and what I muted: nodes of the Personal space. */
export class OwnNodes {
  readonly nodes = new Map<string, NodeView>();
  space: string | null = null;
  loaded = false;
  begun = false;
  #stop: (() => void) | null = null;

  constructor(readonly api: LifegraphApi, readonly onChange: () => void) {}

  /** Follows another Personal space, or the same anew; null: there is none, and nothing to wait for. */
  follow(space: string | null): void {
    this.#stop?.();
    this.#stop = null;
    if (space !== this.space) this.nodes.clear();
    this.space = space;
    this.begun = true;
    this.loaded = space === null;
    if (space === null) return;
    const type = [HUB, READ, QUIET];
    const heard = new Set<string>();
    const stop = this.api.graph(space).subscribe({ type }, ({ added, changed, removed }) => {
      for (const id of removed) {
        heard.add(id);
        this.nodes.delete(id);
      }
      for (const node of [...added, ...changed]) {
        heard.add(node.id);
        this.nodes.set(node.id, node);
      }
      this.onChange();
    });
    const quit = askUntil(() => this.api.graph(space).query({ type }), (nodes) => {
      // What came meanwhile is newer than the answer.
      for (const node of nodes) if (!heard.has(node.id)) this.nodes.set(node.id, node);
      this.loaded = true;
      this.onChange();
    });
    this.#stop = () => (quit(), stop());
  }

  /** Nodes that the marks of a space hold: they stay, and are asked for when they are too old to be among the newest. */
  kept(space: string): Set<string> {
    const out = new Set<string>();
    for (const node of this.nodes.values()) {
      if (node.type !== HUB || node.props['space'] !== space) continue;
      const { saved, seen, later } = hubMarkOf(node);
      for (const set of [saved, seen, later]) for (const id of set.keys()) if (!id.includes(':')) out.add(id);
    }
    return out;
  }
}
