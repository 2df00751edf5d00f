/**
 * Work between devices on the links of this kernel: calls, who offers what, the runs that are done here for others, and the jobs of this device
 * (docs/decisions/0103). The page computes; nothing is handed to it for others without a consent record that says so.
 */
import { AppError } from '#base/app-error';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { fromCbor, toCbor } from '#os/graph-manager/values';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { actorCapability } from '#os/actors/piece';
import { PRIVATE_KINDS, type ComputeAct, type ComputeAnswer, type ComputeConsent, type ComputeEvent, type ComputeKind, type ComputeView, type ConsentChange } from '#os/compute-api';
import { mayInvoke } from '#os/rights/permit';
import type { LinkMessage } from '#vm/mesh/link-types';
import { mayServe, maySee, type Core, type PeerState } from '#vm/replication/peer-state';
import { createRpc, type RpcEnd } from '#vm/rpc/calls';
import { createOffers, type Offers } from '#vm/rpc/offers';
import { RPC_LIMITS } from '#vm/rpc-limits';
import { createComputeAsk, type ComputeAskDesk } from './compute-ask.ts';
import { consentAfter, narrowed, readConsent } from './compute-consent.ts';
import { createComputeHelp } from './compute-help.ts';
import { createBuildDesk, type BuildDesk } from './build-desk.ts';
import { createComputeMinutes } from './compute-minutes.ts';
import { RUN_SERVICE } from './compute-call.ts';
import { personalOf } from './own-devices.ts';
import { createSearchDesk, type SearchDesk } from './search-desk.ts';
import type { Kernel, Space } from './state.ts';
import { postNotice } from './tab-notices.ts';
import { openFromVault, sealInVault } from './vault.ts';

export interface ComputeDesk {
  look(core: Core): void;
  onMessage(core: Core, peer: PeerState, message: LinkMessage): void;
  act<A extends ComputeAct>(act: A): Promise<ComputeAnswer<A>>;
  /** Key that this device is called by. */
  readonly device: Bytes;
  /** Looking for things on other devices, over the same calls. */
  readonly search: SearchDesk;
  /** Releases of the app, over the same calls. */
  readonly builds: BuildDesk;
  /** Another tab changed the consent: it is read anew, and counts here; so does already what changes that are not kept yet narrow. */
  heard(unkept?: readonly ConsentChange[]): Promise<void>;
  close(): void;
}

const CONSENT_ROW = 'compute/consent';

/** What is said to others: kinds of work, and in place of actors as such each that is allowed. */
const kindsOf = ({ actors, kinds }: ComputeConsent, takes: (kind: ComputeKind) => boolean): string[] => (Object.keys(kinds) as ComputeKind[]).filter(takes).flatMap((kind) => (kind === 'actor' ? actors.map(actorCapability) : [kind]));
const isPrivate = (kind: string): boolean => PRIVATE_KINDS.some((one) => one === kind);

/** A device of a person who may call, and be called, in the space; a public link is nobody. */
function mayCall({ rights }: Space, device: Uint8Array): boolean {
  const uid = rights.personOf(device);
  const member = uid === null ? null : rights.memberOf(uid);
  return member !== null && mayInvoke(member) && !rights.view().state.links.has(uid!);
}

/** A space that is open both ways with the other end, and that both ends read whole: a part is no place to work for, and a beacon or a link is nobody who works. */
function opensTo({ spaces, profile }: Kernel, core: Core, end: RpcEnd, lattice: Bytes): boolean {
  const [peer, space] = [core.peers.get(end.id), spaces.get(toBase64url(lattice))];
  const state = peer?.spaces.get(toBase64url(lattice));
  if (!peer || !space || !profile || !state) return false;
  return state.proven && state.serving && state.open !== null && mayServe(core, peer, state) && mayCall(space, profile.ds.pub) && mayCall(space, peer.link.device);
}

/** May both ends of the link read the fragment? */
function bothRead(core: Core | null, end: RpcEnd, space: Space, fragment: string): boolean {
  const [peer, id] = [core?.peers.get(end.id), fromBase64url(fragment)];
  return peer !== undefined && id !== null && maySee(core!, peer, space.id, id);
}

async function loadConsent(kernel: Kernel): Promise<ComputeConsent> {
  const kept = await openFromVault(kernel, await kernel.store.get(CONSENT_ROW));
  const value = kept === null ? undefined : tryDecodeCbor(kept);
  return readConsent(value === undefined ? null : fromCbor(value));
}

async function keepConsent(kernel: Kernel, consent: ComputeConsent): Promise<void> {
  const row = await sealInVault(kernel, encodeCbor(toCbor(consent as never)));
  if (row === null) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [[CONSENT_ROW, row]] });
}

/** Changes of the consent, kept one after another on what is kept then. */
function createChanges(kernel: Kernel, now: () => ComputeConsent, counts: (consent: ComputeConsent) => void): Pick<ComputeDesk, 'heard'> & { change(by: ConsentChange): Promise<void> } {
  /** Not kept yet, and before them what the disk refused: what they narrow counts all the same. */
  const waiting: ConsentChange[] = [];
  let last: Promise<void> = Promise.resolve();
  const turn = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  // The tab that has the links is the one that works for others.
  const tell = (): void => postNotice(kernel, { t: 'compute', unkept: [...waiting] });
  return {
    change(said) {
      const by = { ...said };
      waiting.push(by);
      counts(narrowed(now(), by));
      tell();
      return turn(async () => {
        const before = waiting.slice(0, waiting.indexOf(by));
        const next = consentAfter(before.reduce(narrowed, await loadConsent(kernel)), by);
        await keepConsent(kernel, next);
        waiting.splice(0, before.length + 1);
        counts(waiting.reduce(narrowed, next));
        tell();
      });
    },
    heard(unkept = []) {
      counts(unkept.reduce(narrowed, now()));
      return turn(async () => {
        const kept = await loadConsent(kernel);
        counts([...waiting, ...unkept].reduce(narrowed, kept));
      });
    },
  };
}

interface TellerDeps {
  admits(end: RpcEnd, lattice: Bytes): boolean;
  ends(): Iterable<RpcEnd>;
  /** Kinds of work that are taken on now. */
  can(): readonly string[];
}

/** Says what is offered in every space: to all when it changed or is to be said anew, else to those who were not told yet, as when a space opens with them. */
function createTeller(kernel: Kernel, offers: Offers, { admits, ends, can }: TellerDeps): (anew: boolean) => void {
  let told = new Set<string>();
  let offered = '';
  return (anew) => {
    const kinds = can();
    const now = kinds.join('\n');
    if (now === '' && offered === '') return;
    if (anew || now !== offered) told = new Set();
    offered = now;
    const personal = personalOf(kernel);
    for (const space of kernel.spaces.values()) {
      const { id, key } = space;
      const said = space === personal ? kinds : kinds.filter((kind) => !isPrivate(kind));
      for (const end of ends()) {
        if (told.has(`${end.id} ${key}`) || !admits(end, id)) continue;
        told.add(`${end.id} ${key}`);
        offers.tell([end], id, said.length > 0 ? [RUN_SERVICE] : [], new Map(said.map((kind) => [kind, 1])));
      }
    }
  };
}

/** Now and every so many ms, until it is called off. */
function repeat({ deps: { clock } }: Kernel, ms: number, work: () => void): () => void {
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.setTimer(ms, again);
    work();
  };
  again();
  return () => cancel();
}

export async function createComputeDesk(kernel: Kernel, emit: (event: ComputeEvent) => boolean): Promise<ComputeDesk> {
  const { clock } = kernel.deps;
  if (!kernel.profile) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
  const own = kernel.profile.ds.pub;
  let core: Core | null = null;
  let ends = new Map<string, RpcEnd>();
  let consent = await loadConsent(kernel);
  const admits = (end: RpcEnd, lattice: Bytes): boolean => core !== null && opensTo(kernel, core, end, lattice);
  const metric = (name: string, add = 1): void => kernel.metric(name, add);
  const changed = (): void => void emit({ type: 'changed' });
  const rpc = createRpc({ clock, actor: own, admits, metric });
  const offers = createOffers({ clock, admits, metric, onChange: () => (ask?.work(), changed()) });
  const minutes = createComputeMinutes(clock);
  const help = createComputeHelp({ kernel, minutes, rpc, emit, consent: () => consent, onChange: () => (tell(false), changed()) });
  const search = createSearchDesk({ kernel, rpc, admits, ends: () => ends.values(), sees: (end, space, fragment) => bothRead(core, end, space, fragment) });
  const builds = createBuildDesk({ kernel, rpc, admits, ends: () => ends.values() });
  let ask: ComputeAskDesk | null = null;
  const asking = (ask = await createComputeAsk({ kernel, minutes, rpc, offers, emit, onChange: changed, isOwn: (device) => help.isOwn(device) }));
  const tell = createTeller(kernel, offers, { admits, ends: () => ends.values(), can: () => (help.offering() ? kindsOf(consent, (kind) => help.takes(kind)) : []) });
  const changes = createChanges(kernel, () => consent, (next) => {
    consent = next;
    help.consentChanged();
  });
  const cancel = repeat(kernel, RPC_LIMITS.announceMs, () => tell(true));
  return {
    look(now) {
      core = now;
      const before = ends;
      ends = new Map([...now.peers.values()].map((peer) => [peer.id, peer]));
      for (const [id, end] of before) {
        if (ends.has(id)) continue;
        rpc.onClosed(end);
        offers.onClosed(end);
        search.onClosed(end);
      }
      tell(false);
      builds.look();
      // Who went away holds nothing.
      asking.work();
    },
    onMessage(now, peer, message) {
      core = now;
      ends.set(peer.id, peer);
      if (!offers.onMessage(peer, message) && !rpc.onMessage(peer, message)) metric('link.unknown_event');
    },
    async act<A extends ComputeAct>(act: A): Promise<ComputeAnswer<A>> {
      const answer = async (): Promise<unknown> => {
        switch (act.do) {
          case 'state': return { consent, ...help.view(), ...asking.view(), minutes: minutes.view() } satisfies ComputeView;
          case 'consent': return changes.change(act.change);
          case 'offer': return help.offer(act.free, act.actors !== false);
          case 'begun': return help.begun(act.id);
          case 'waits': return help.waits(act.id);
          case 'answer': return void (asking.answered(act.id, act.result, act.cannot) || help.answered(act.id, act.result, act.cannot));
          case 'run': return asking.run(act);
          case 'cancel': return asking.cancel(act.id);
        }
      };
      return (await answer()) as ComputeAnswer<A>;
    },
    device: own, search, builds,
    heard: (unkept) => changes.heard(unkept),
    close() {
      cancel();
      help.close();
      asking.close();
    },
  };
}
