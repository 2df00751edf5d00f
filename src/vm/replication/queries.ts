/** Questions over a link and their answers, told apart by the envelope id. An answer may come in parts: `processing` ones, then the last. */
import type { Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import type { Clock } from '#ports/clock';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import { SYNC_LIMITS } from '#vm/limits';

/** Payloads in the order they came, or why there are none. */
export type Answer =
  | { readonly state: 'completed'; readonly parts: readonly Bytes[]; readonly last: string }
  | { readonly state: 'failed'; readonly payload: Bytes }
  | { readonly state: 'timeout' | 'closed' | 'busy' };

export interface Queries {
  /** `event` without its state, for example `sync:list:v1`. */
  ask(event: string, payload: CborValue, options?: { readonly timeoutMs?: number; readonly bulk?: boolean }): Promise<Answer>;
  /** True when the message answers a question of ours (or would have). */
  onMessage(message: LinkMessage): boolean;
  close(): void;
}

interface Open {
  readonly event: string;
  readonly parts: Bytes[];
  bytes: number;
  readonly end: (answer: Answer) => void;
}

/** Queries of one link. */
export function createQueries(core: { readonly clock: Clock }, link: Link): Queries {
  const open = new Map<string, Open>();
  let counter = 0;
  let closed = false;
  return {
    ask(event, payload, options = {}) {
      if (closed || !link.open) return Promise.resolve({ state: 'closed' });
      if (open.size >= SYNC_LIMITS.queriesPerLink) return Promise.resolve({ state: 'busy' });
      const id = `q${(counter++).toString(36)}`;
      return new Promise((resolve) => {
        const cancel = core.clock.setTimer(options.timeoutMs ?? SYNC_LIMITS.queryMs, () => end({ state: 'timeout' }));
        const end = (answer: Answer): void => {
          cancel();
          open.delete(id);
          resolve(answer);
        };
        open.set(id, { event, parts: [], bytes: 0, end });
        link.send(options.bulk === true ? 'bulk' : 'live', `${event}:requested`, encodeCbor(payload), id);
      });
    },
    onMessage(message) {
      const cut = message.event.lastIndexOf(':');
      const state = message.event.slice(cut + 1);
      if (state === 'requested') return false;
      const question = open.get(message.id);
      if (question === undefined || question.event !== message.event.slice(0, cut)) return message.id.startsWith('q');
      if (state === 'failed') question.end({ state: 'failed', payload: message.payload });
      else {
        question.parts.push(message.payload);
        question.bytes += message.payload.length;
        if (question.bytes > SYNC_LIMITS.answerBytes) question.end({ state: 'timeout' });
        else if (state === 'completed' || question.event === 'space:join:v1') {
          question.end({ state: 'completed', parts: question.parts, last: state });
        }
      }
      return true;
    },
    close() {
      closed = true;
      for (const question of [...open.values()]) question.end({ state: 'closed' });
    },
  };
}
