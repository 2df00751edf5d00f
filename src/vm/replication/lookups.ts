/** Questions to all links of a space: where a node is (`node:find`), and which heads of own writers others hold (`sync:own`). */
import { toBase64url, type Bytes } from '#base/bytes';
import { SYNC_LIMITS } from '#vm/limits';
import { bytesOf, parseFlatHeads, tupleOf, type FragmentHead } from './payloads.ts';
import { askable, logKey, type Core, type PeerState } from './peer-state.ts';

export interface Lookups {
  find(space: Bytes, node: Bytes): Promise<{ fragment: Bytes | null; asked: number; answered: number }>;
  /** Greatest head per (fragment, writer) that any link named; resolves when all asked answered, or at the timeout. */
  ownHeads(space: Bytes, writers: readonly Bytes[], timeoutMs: number): Promise<FragmentHead[]>;
  /** A space opened on a link: waiting questions go there too. */
  onOpen(peer: PeerState, space: Bytes): void;
}

interface OwnQuestion {
  readonly space: string;
  ask(peer: PeerState): void;
}

class LookupsImpl implements Lookups {
  private readonly waiting = new Set<OwnQuestion>();

  constructor(private readonly core: Core) {}

  async find(space: Bytes, node: Bytes): Promise<{ fragment: Bytes | null; asked: number; answered: number }> {
    const links = askable(this.core, space);
    let answered = 0;
    let open = links.length;
    if (open === 0) return { fragment: null, asked: 0, answered: 0 };
    return new Promise((resolve) => {
      for (const { peer } of links) {
        void peer.queries.ask('node:find:v1', [space, node], { timeoutMs: SYNC_LIMITS.findMs }).then((answer) => {
          open -= 1;
          const t = answer.state === 'completed' ? tupleOf(answer.parts[0]!, 1) : null;
          if (t !== null) answered += 1;
          const fragment = bytesOf(t?.[0], 16);
          if (fragment !== null || open === 0) resolve({ fragment, asked: links.length, answered });
        });
      }
    });
  }

  ownHeads(space: Bytes, writers: readonly Bytes[], timeoutMs: number): Promise<FragmentHead[]> {
    const best = new Map<string, FragmentHead>();
    const wanted = new Set(writers.map(toBase64url));
    if (this.waiting.size >= SYNC_LIMITS.queriesPerLink || wanted.size === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const asked = new Set<string>();
      let open = 0;
      const finish = (): void => {
        cancel();
        this.waiting.delete(question);
        resolve([...best.values()]);
      };
      const cancel = this.core.clock.setTimer(timeoutMs, finish);
      const take = (head: FragmentHead): void => {
        if (!wanted.has(toBase64url(head.writer))) return;
        const key = logKey(head.fragment, head.writer);
        const known = best.get(key);
        if ((known === undefined || known.seq < head.seq) && best.size < SYNC_LIMITS.headsPerFragment) best.set(key, head);
      };
      const question: OwnQuestion = {
        space: toBase64url(space),
        ask: (peer) => {
          if (asked.has(peer.id)) return;
          asked.add(peer.id);
          open += 1;
          const payload = [space, writers.slice(0, SYNC_LIMITS.ownWriters)];
          void peer.queries.ask('sync:own:v1', payload, { timeoutMs }).then((answer) => {
            open -= 1;
            if (answer.state !== 'completed') return;
            for (const part of answer.parts) for (const head of parseFlatHeads(tupleOf(part, 1)?.[0]) ?? []) take(head);
            if (open === 0 && this.waiting.has(question)) finish();
          });
        },
      };
      this.waiting.add(question);
      for (const { peer } of askable(this.core, space)) question.ask(peer);
    });
  }

  onOpen(peer: PeerState, space: Bytes): void {
    const key = toBase64url(space);
    for (const question of this.waiting) if (question.space === key) question.ask(peer);
  }
}

/** Lookups of one kernel. */
export function createLookups(core: Core): Lookups {
  return new LookupsImpl(core);
}
