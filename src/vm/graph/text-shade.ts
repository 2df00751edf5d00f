/**
 * The places of words without effect (TEXT7). A letter of Yjs names the letter it stands behind: where that one lies in a record beyond a cut, or on a branch that is not kept, everything its
 * writer typed from there on would wait for it for ever. So such structs take their places all the same, with nothing in them: letters as deleted ones; keys of maps only where somebody wrote
 * over them, since a key that is set and empty would hide what it held before. Format: yjs 13.6 src/utils/updates.js and structs/*.
 */
import type * as Y from 'yjs';
import { compareBytes, concat, type Bytes } from '#base/bytes';
import { yjs } from './text-engine.ts';

/** An update of a record without effect, and the client ids that are its writer's: of others nothing is taken. */
export interface Shade {
  readonly update: Uint8Array;
  readonly clients: ReadonlySet<number>;
}

type Struct = Y.Item | Y.GC;
type Id = { readonly client: number; readonly clock: number };

const isItem = (struct: unknown): struct is Y.Item => struct instanceof yjs().Item;

/** Is there something in the document that waits for what is not here? */
export const isWaiting = ({ store }: Y.Doc): boolean => store.pendingStructs !== null;

/** Puts into the document the places that its waiting structs lack. Gives what was put in, as updates; a function of the document and the set of shades. */
export function castShades(doc: Y.Doc, shades: readonly Shade[]): Bytes[] {
  if (!isWaiting(doc)) return [];
  const casts = [...shades].sort((a, b) => compareBytes(a.update, b.update)).map(({ update, clients }) => (yjs().decodeUpdate(update).structs as Struct[]).filter(({ id }) => clients.has(id.client)));
  const places = new Places(doc, casts.flat());
  const waiting = yjs().decodeUpdateV2(doc.store.pendingStructs!.update).structs;
  for (const struct of waiting) if (isItem(struct)) places.want(struct);
  const out: Bytes[] = [];
  for (const structs of casts) {
    if (structs.length === 0) continue;
    const update = encode(structs.map((struct) => places.cast(struct)));
    yjs().applyUpdate(doc, update);
    out.push(update);
  }
  return out;
}

/** The structs of all shades by client and clock. */
class Places {
  private readonly byClient = new Map<number, Struct[]>();
  private readonly keyed = new Map<Y.Item, boolean>();
  private readonly wanted = new Set<Y.Item>();

  constructor(private readonly doc: Y.Doc, structs: readonly Struct[]) {
    for (const struct of structs) {
      const list = this.byClient.get(struct.id.client);
      if (list) list.push(struct);
      else this.byClient.set(struct.id.client, [struct]);
    }
    for (const list of this.byClient.values()) list.sort((a, b) => a.id.clock - b.id.clock);
  }

  private find({ client, clock }: Id): Y.Item | null {
    const list = this.byClient.get(client) ?? [];
    let [low, high] = [0, list.length - 1];
    while (low < high) {
      const half = (low + high + 1) >> 1;
      if (list[half]!.id.clock <= clock) low = half;
      else high = half - 1;
    }
    const found = list[low];
    return found && isItem(found) && found.id.clock <= clock && clock < found.id.clock + found.length ? found : null;
  }

  /** Somebody's struct stands beside these: they are there, and what they stand beside. */
  want(struct: Y.Item): void {
    const next: Y.Item[] = [struct];
    for (let item = next.pop(); item; item = next.pop()) {
      for (const id of [item.origin, item.rightOrigin]) {
        const found = id === null ? null : this.find(id);
        if (!found || this.wanted.has(found)) continue;
        this.wanted.add(found);
        next.push(found);
      }
    }
  }

  /** Is it the value of a key? Only the first one says so itself, the others stand beside it. */
  private isKeyed(item: Y.Item): boolean {
    const path: Y.Item[] = [];
    let answer: boolean | null = null;
    for (let at: Y.Item | null = item; answer === null; ) {
      const known = this.keyed.get(at);
      const beside: Id | null = at.origin ?? at.rightOrigin;
      if (known !== undefined) answer = known;
      else if (at.parentSub !== null) answer = true;
      else if (beside === null || path.includes(at)) answer = false;
      if (answer !== null) break;
      path.push(at);
      const found = this.find(beside!);
      if (found) at = found;
      else answer = this.isKeyedHere(beside!);
    }
    for (const one of path) this.keyed.set(one, answer);
    return answer;
  }

  private isKeyedHere(id: Id): boolean {
    if (id.clock >= yjs().getState(this.doc.store, id.client)) return false;
    const struct = yjs().getItem(this.doc.store, yjs().createID(id.client, id.clock)) as unknown;
    return isItem(struct) && struct.parentSub !== null;
  }

  /** The struct with nothing in it. */
  cast(struct: Struct): Struct {
    const { GC, ContentDeleted } = yjs();
    if (!isItem(struct)) return struct;
    if (this.isKeyed(struct) && !this.wanted.has(struct)) return new GC(struct.id, struct.length);
    struct.content = new ContentDeleted(struct.length);
    return struct;
  }
}

function uint(value: number): Uint8Array {
  const out: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return Uint8Array.from([...out, value]);
}

/** An update v1 of structs that come client by client. It deletes their letters, for copies that have them. */
function encode(structs: readonly Struct[]): Bytes {
  const parts: Uint8Array[] = [];
  const gone: Uint8Array[] = [];
  let clients = 0;
  for (let at = 0; at < structs.length; clients++) {
    const { id } = structs[at]!;
    let end = at;
    const encoder = new (yjs().UpdateEncoderV1)();
    for (; end < structs.length && structs[end]!.id.client === id.client; end++) structs[end]!.write(encoder, 0);
    parts.push(uint(end - at), uint(id.client), uint(id.clock), encoder.toUint8Array());
    const items = structs.slice(at, end).filter(isItem);
    gone.push(uint(id.client), uint(items.length), ...items.flatMap((item) => [uint(item.id.clock), uint(item.length)]));
    at = end;
  }
  return concat(uint(clients), ...parts, uint(clients), ...gone);
}
