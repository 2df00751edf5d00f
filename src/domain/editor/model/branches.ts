/** Branches of a document that are looked at again and again: each is kept and given only what is new, so that a letter in one does not read the whole history again. */
import { toBase64url } from '#base/bytes';
import type { Block } from './block.ts';
import { forkAt, type Cut, type TextEdit } from './moments.ts';
import type { DocReplica } from './replica.ts';

interface Held {
  readonly edits: readonly TextEdit[];
  readonly base: readonly Block[];
  readonly replica: DocReplica;
  /** What it was given. */
  readonly told: Set<string>;
}

/** Names of updates by what is in them: a node that was told again has them as other objects. */
const names = new WeakMap<Uint8Array, string>();
function nameOf(update: Uint8Array): string {
  let name = names.get(update);
  if (name === undefined) names.set(update, (name = toBase64url(update)));
  return name;
}

export class Branches {
  private readonly held = new Map<string, Held>();

  /** `fork` makes one out of the history. */
  constructor(private readonly fork: typeof forkAt = forkAt) {}

  /** What a branch began with and what it is, by its id. Made anew when the history is another, or when something it was given is not there any more. */
  of(id: string, edits: readonly TextEdit[], cut: Cut, updates: readonly Uint8Array[]): { readonly base: readonly Block[]; readonly branch: readonly Block[] } {
    const now = new Map(updates.map((update) => [nameOf(update), update]));
    let one = this.held.get(id);
    if (!one || one.edits !== edits || [...one.told].some((name) => !now.has(name))) {
      const replica = this.fork(edits, cut, 0, []);
      this.held.set(id, (one = { edits, base: replica.shown(), replica, told: new Set() }));
    }
    const { told, replica } = one;
    const fresh = [...now].filter(([name]) => !told.has(name));
    if (fresh.length > 0) replica.take(fresh.map(([, update]) => update));
    for (const [name] of fresh) told.add(name);
    return { base: one.base, branch: replica.shown() };
  }

  /** Lets go of all others. */
  keep(ids: readonly string[]): void {
    for (const id of this.held.keys()) if (!ids.includes(id)) this.held.delete(id);
  }
}
