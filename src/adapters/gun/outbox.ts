/**
 * The sending side of one peer: GUN batches and sends texts; ours are tokens (JSON of a message id, or an array of them, as GUN's mesh
 * joins them), and here each token becomes the call of the port it stands for. Puts that GUN batched go as one.
 */
import type { RangeRequest, RecordEntry, ReplicaPeer } from '#ports/replica';

export type Outgoing =
  | { readonly kind: 'put'; readonly entries: readonly RecordEntry[] }
  | { readonly kind: 'get'; readonly request: string; readonly range: RangeRequest }
  | { readonly kind: 'reply'; readonly request: string; readonly entries: readonly RecordEntry[] };

export interface Outbox {
  /** Keeps the item until GUN sends its token; returns the text GUN shall send. */
  add(token: string, item: Outgoing): string;
  /** GUN's wire.send. */
  send(raw: string): void;
  /** The peer went: what waits is forgotten. */
  clear(): void;
}

/** `failed` is told of a peer whose send throws; the batch goes on. */
export function createOutbox(peer: ReplicaPeer, failed: () => void): Outbox {
  const items = new Map<string, Outgoing>();
  const call = (work: () => void): void => {
    try {
      work();
    } catch {
      failed();
    }
  };
  return {
    add(token, item) {
      items.set(token, item);
      return `"${token}"`;
    },
    send(raw) {
      let puts: RecordEntry[] = [];
      const flush = (): void => {
        const entries = puts;
        puts = [];
        if (entries.length > 0) call(() => peer.sendPut(entries));
      };
      for (const token of raw.match(/[0-9A-Za-z]+/g) ?? []) {
        const item = items.get(token);
        items.delete(token);
        if (item?.kind === 'put') puts.push(...item.entries);
        else flush();
        if (item?.kind === 'get') call(() => peer.sendGet(item.request, item.range));
        else if (item?.kind === 'reply') call(() => peer.sendReply(item.request, item.entries));
      }
      flush();
    },
    clear: () => items.clear(),
  };
}
