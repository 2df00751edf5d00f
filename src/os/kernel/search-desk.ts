/**
 * Searching on other devices (docs/decisions/0164): in a Guild each device holds what is in use there, so others are asked when a person says so. Who is asked answers with
 * what both may read by the rights at its heads, and to nobody whom a rule keeps from what was before their coming. What comes is a claim of who answered.
 */
import { toBase64url } from '#base/bytes';
import type { ElsewhereAsk, ElsewhereNews, ElsewhereQuestion, FoundThing } from '#os/search-api';
import { SEARCH_LIMITS } from '#os/search-limits';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import { SPACE_KIND } from '#vm/protocol/types';
import { RpcRefusal, type Rpc, type RpcEnd, type Served } from '#vm/rpc/calls';
import { callDeclared, serveDeclared } from '#vm/rpc/service';
import { FIND, isThing, readAsk, readFound } from './search-call.ts';
import type { Kernel, Space } from './state.ts';

export interface SearchDesk {
  /** Asks the devices of these spaces; the answer ends it, and whoever works on it stops. */
  ask(spaces: readonly string[], ask: ElsewhereAsk, hidden: readonly string[], tell: (news: ElsewhereNews) => void): () => void;
  /** The search of this tab takes questions of others from now on. */
  listen(on: (question: ElsewhereQuestion) => void): () => void;
  answer(no: number, found: readonly FoundThing[]): void;
  onClosed(end: RpcEnd): void;
}

export interface SearchDeskDeps {
  readonly kernel: Kernel;
  readonly rpc: Rpc;
  /** The devices that calls go to. */
  ends(): Iterable<RpcEnd>;
  /** Is the space open with it both ways, and may it call and be called there? */
  admits(end: RpcEnd, lattice: Uint8Array): boolean;
  /** May both ends read the fragment? */
  sees(end: RpcEnd, space: Space, fragment: string): boolean;
}

interface Link {
  readonly budget: TokenBucket;
  running: number;
}

class DeskImpl implements SearchDesk {
  private readonly links = new Map<string, Link>();
  private readonly listeners = new Set<(question: ElsewhereQuestion) => void>();
  private readonly open = new Map<number, { readonly question: ElsewhereQuestion; done(found: readonly FoundThing[]): void }>();
  private counter = 0;

  constructor(private readonly d: SearchDeskDeps) {
    serveDeclared(d.rpc, FIND, (params, call) => this.serve(params, call));
  }

  listen(on: (question: ElsewhereQuestion) => void): () => void {
    this.listeners.add(on);
    for (const { question } of this.open.values()) on(question);
    return () => void this.listeners.delete(on);
  }

  answer(no: number, found: readonly FoundThing[]): void {
    this.open.get(no)?.done(found);
  }

  onClosed(end: RpcEnd): void {
    this.links.delete(end.id);
  }

  private async serve(params: ElsewhereAsk, call: Served): Promise<{ found: readonly FoundThing[] }> {
    const { kernel, sees } = this.d;
    const ask = readAsk(params);
    if (ask === null) throw new RpcRefusal('bad-params');
    const space = kernel.spaces.get(toBase64url(call.lattice));
    if (!space || !this.tells(space, call.from)) throw new RpcRefusal('rights');
    const link = this.linkOf(call.from);
    if (link.running >= SEARCH_LIMITS.asksAtOnce || !link.budget.take()) throw new RpcRefusal('busy');
    link.running++;
    try {
      const found = await this.look(space, ask, this.toldTo(call.from, space), call.signal);
      // By the rights as they are now: they may have changed while it was looked for.
      if (!this.d.admits(call.from, call.lattice) || !this.tells(space, call.from)) throw new RpcRefusal('rights');
      return { found: found.filter((one) => isThing(one) && sees(call.from, space, one.fragment) && space.source.standing(one.fragment, one.node) === 'shown').slice(0, ask.limit) };
    } finally {
      link.running--;
    }
  }

  /** Is the far end told what is written here? Whom a rule keeps from what was before their coming has keys of some of it only (KEY9). */
  private tells({ rights }: Space, { link }: RpcEnd): boolean {
    const uid = rights.personOf(link.device);
    const member = uid === null ? null : rights.memberOf(uid);
    return member !== null && !member.late && member.wider === null;
  }

  /** Fragments that both ends may read; null: all of them. */
  private toldTo(end: RpcEnd, space: Space): readonly string[] | null {
    const all = [...space.fragments.keys()];
    const open = all.filter((fragment) => this.d.sees(end, space, fragment));
    return open.length === all.length ? null : open;
  }

  /** Asks the search of this tab; one that nobody opened yet is started. */
  private look(space: Space, ask: ElsewhereAsk, fragments: readonly string[] | null, signal: AbortSignal): Promise<readonly FoundThing[]> {
    const no = this.counter++;
    return new Promise((resolve, reject) => {
      const over = (): boolean => {
        signal.removeEventListener('abort', stopped);
        return this.open.delete(no);
      };
      const stopped = (): void => {
        if (over()) reject(new RpcRefusal('cancelled'));
      };
      const question = { no, space: space.key, ask, fragments };
      this.open.set(no, { question, done: (found) => over() && resolve(found) });
      signal.addEventListener('abort', stopped);
      if (this.listeners.size === 0) this.d.kernel.deps.wakeSearch?.();
      for (const on of this.listeners) on(question);
    });
  }

  private linkOf({ id }: RpcEnd): Link {
    let link = this.links.get(id);
    if (!link) this.links.set(id, (link = { budget: createTokenBucket(this.d.kernel.deps.clock, SEARCH_LIMITS.asksPerSecond, SEARCH_LIMITS.asksBurst), running: 0 }));
    return link;
  }

  ask(spaces: readonly string[], ask: ElsewhereAsk, hidden: readonly string[], tell: (news: ElsewhereNews) => void): () => void {
    const { kernel } = this.d;
    const over = new AbortController();
    const wanted = readAsk(ask);
    const asked = wanted === null ? [] : spaces.flatMap((id) => this.askedIn(kernel.spaces.get(id), hidden));
    tell({ t: 'asked', devices: new Set(asked.map(({ device }) => device)).size, links: kernel.leader });
    void Promise.all(asked.map(async ({ space, end, device, uid }) => {
      const news = await this.askOne(space, end, wanted!, over.signal);
      if (!over.signal.aborted) tell(Array.isArray(news) ? { t: 'answer', space: space.key, device, uid, found: news } : { t: 'silent', late: news === 'late' });
    })).then(() => over.signal.aborted || tell({ t: 'end' }));
    return () => over.abort();
  }

  /** Devices of a space of which this one holds a part, each once. */
  private askedIn(space: Space | undefined, hidden: readonly string[]): { space: Space; end: RpcEnd; device: string; uid: string }[] {
    if (!space || space.rights.view().kind !== SPACE_KIND.guild) return [];
    const out = new Map<string, { space: Space; end: RpcEnd; device: string; uid: string }>();
    for (const end of this.d.ends()) {
      const [device, uid] = [toBase64url(end.link.device), space.rights.personOf(end.link.device)];
      if (uid !== null && !hidden.includes(uid) && this.d.admits(end, space.id)) out.set(device, { space, end, device, uid });
    }
    return [...out.values()].slice(0, SEARCH_LIMITS.devices);
  }

  private async askOne(space: Space, end: RpcEnd, ask: ElsewhereAsk, signal: AbortSignal): Promise<readonly FoundThing[] | 'late' | 'refused'> {
    const answer = await callDeclared(this.d.rpc, end, space.id, FIND, ask, { ms: SEARCH_LIMITS.ms, signal });
    if (!answer.ok) return answer.error.code === 'deadline' ? 'late' : 'refused';
    const found = readFound(answer.value.found, ask);
    if (found === null) {
      this.d.kernel.metric('search.refused', 1);
      return 'refused';
    }
    // What this device knows to be deleted or moved away the other one has not heard of yet; what it may not read it is not told.
    return found.filter(({ fragment, node }) => this.d.sees(end, space, fragment) && [null, 'shown'].includes(space.source.standing(fragment, node)));
  }
}

export function createSearchDesk(deps: SearchDeskDeps): SearchDesk {
  return new DeskImpl(deps);
}
