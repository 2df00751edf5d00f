/**
 * The desk at which what beacons say is kept and looked at (docs/decisions/0076; rules WIT of SPEC.md): it feeds the exchange on links, asks for proofs, and tells
 * the screens how each beacon stands. Its code comes when a space here has a beacon (witness-door.ts). One tab has the links, and so the desk.
 */
import { must } from '#base/assert';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { BeaconCheckView } from '#os/beacon-api';
import { KERNEL_LIMITS } from '#os/limits';
import { isBeacon } from '#os/rights/public-links';
import type { KeyValue } from '#ports/record-store';
import { MAX_LOGS, PARK_AHEAD_MS } from '#vm/limits';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import type { Witness } from '#vm/protocol/witness';
import type { LinkMessage } from '#vm/mesh/link-types';
import type { Ack } from '#vm/replication/host';
import type { Core, PeerState } from '#vm/replication/peer-state';
import { createWitnessExchange, type WitnessExchange, type WitnessKeeper } from '#vm/replication/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';
import type { Spot } from '#vm/witness/dues';
import { heldOf } from './author-budget.ts';
import { BeaconCheck, type CheckRow } from './beacon-check.ts';
import { beaconOf } from './beacon-counts.ts';
import { ackRow } from './ack-book.ts';
import { logKey } from './log-key.ts';
import { isWanted } from './wanted.ts';
import type { Kernel, Space } from './state.ts';
import { runCheck } from './witness-checks.ts';
import { createWitnessLog, type WitnessLog } from './witness-log.ts';
import { rowOf, WITNESS_ROWS } from './witness-rows.ts';

export interface WitnessDesk {
  look(core: Core): void;
  onMessage(core: Core, peer: PeerState, message: LinkMessage): void;
  /** Copies of a fragment were confirmed, or records of it came. */
  touched(space: string, fragment: string): void;
  close(): void;
}

export interface DeskParts {
  readonly kernel: Kernel;
  onAck(ack: Ack): void;
}

class DeskImpl implements WitnessDesk {
  private readonly checks = new Map<string, BeaconCheck>();
  private readonly budgets = new Map<string, TokenBucket>();
  /** `space/fragment` in which something was confirmed or came since the last look. */
  private readonly dirty = new Set<string>();
  private readonly exchange: WitnessExchange;
  private readonly log: WitnessLog | null;
  private core: Core | null = null;
  private lookedAt: number;
  private told = '';
  private cancel: () => void = () => undefined;

  constructor(private readonly parts: DeskParts, rows: ReadonlyMap<string, CheckRow>) {
    const { kernel } = parts;
    this.exchange = createWitnessExchange(this.keeper());
    for (const [name, row] of rows) {
      const [space, device] = name.slice(WITNESS_ROWS.length).split('/').map((text) => fromBase64url(text));
      if (space?.length === 32 && device?.length === 32) this.checks.set(name, new BeaconCheck(space, device, row));
    }
    this.lookedAt = kernel.deps.clock.monotonic();
    this.log = kernel.deps.beacon ? createWitnessLog(kernel, { keep: (space, w, head) => this.keepOwn(space, w, head), tell: (space, w) => this.tellOwn(space, w), drop: (space, head) => this.dropOwn(space, head) }) : null;
    this.tellScreens();
    this.again();
  }

  look(core: Core): void {
    this.core = core;
    this.exchange.look(core);
  }

  onMessage(core: Core, peer: PeerState, message: LinkMessage): void {
    this.core = core;
    this.exchange.onMessage(core, peer, message);
  }

  touched(space: string, fragment: string): void {
    this.dirty.add(`${space}/${fragment}`);
  }

  close(): void {
    this.cancel();
    this.log?.close();
  }

  private again(): void {
    this.cancel = this.parts.kernel.deps.clock.setTimer(WITNESS_LIMITS.lookMs, () => {
      try {
        this.judge();
      } catch (error) {
        this.parts.kernel.fault('witness', error);
      }
      this.again();
    });
  }

  // ---- what is kept --------------------------------------------------------------------------------------------------

  private keeper(): WitnessKeeper {
    const { kernel } = this.parts;
    return {
      isBeacon: (space, ds) => this.spaceOf(space) !== null && beaconDevices(this.spaceOf(space)!).has(toBase64url(ds)),
      has: (space, w) => this.known(space, w.ds)?.book.has(w.id) ?? false,
      admits: (space, ds) => this.budget(space, ds).take(),
      take: (space, w) => this.take(space, w),
      takeProof: (space, proof) => this.takeProof(space, proof),
      newest: (space) => this.of(space).flatMap(({ book }) => book.window.slice(-WITNESS_LIMITS.told)),
      proofs: (space) => this.of(space).flatMap(({ book }) => (book.proof === null ? [] : [book.proof])),
      range: (space, ds, log, from, to) => this.known(space, ds)?.book.all().filter((w) => equalBytes(w.log, log) && w.seq >= from && w.seq <= to) ?? [],
      record: async (_, __, id) => (await kernel.index.read([toBase64url(id)]))[0]?.bytes ?? null,
      onTaken: (space, ds, peer) => this.fill(space, ds, peer),
    };
  }

  private spaceOf(space: Uint8Array): Space | null {
    const held = this.parts.kernel.spaces.get(toBase64url(space));
    return held && held.standing === 'member' ? held : null;
  }

  private known(space: Uint8Array, ds: Uint8Array): BeaconCheck | null {
    return this.checks.get(rowOf(toBase64url(space), toBase64url(ds))) ?? null;
  }

  /** Of the beacons that the space has now. */
  private of(space: Uint8Array): BeaconCheck[] {
    const held = this.spaceOf(space);
    return held === null ? [] : [...beaconDevices(held)].flatMap((device) => this.checks.get(rowOf(held.key, device)) ?? []);
  }

  private checkOf(space: Bytes, ds: Bytes): BeaconCheck {
    const name = rowOf(toBase64url(space), toBase64url(ds));
    let check = this.checks.get(name);
    if (check === undefined) this.checks.set(name, (check = new BeaconCheck(space, ds)));
    return check;
  }

  private budget(space: Uint8Array, ds: Uint8Array): TokenBucket {
    const name = rowOf(toBase64url(space), toBase64url(ds));
    let bucket = this.budgets.get(name);
    if (bucket === undefined) this.budgets.set(name, (bucket = createTokenBucket(this.parts.kernel.deps.clock, 1_000 / WITNESS_LIMITS.everyMs, WITNESS_LIMITS.burst)));
    return bucket;
  }

  private take(space: Bytes, w: Witness): boolean {
    const { kernel } = this.parts;
    const held = this.spaceOf(space);
    if (held === null) return false;
    // It would stand as the newest until then.
    if (w.ms > kernel.time.now() + PARK_AHEAD_MS) return kernel.metric('witness.ahead', 1), false;
    // Its own, from somebody who heard it before this disk was set back.
    if (this.log?.isOwn(w) === true) return this.log.heard(held, w), false;
    const check = this.checkOf(space, w.ds);
    const { fresh, anew, lied } = check.take(w, kernel.deps.clock.now());
    if (anew) this.forget(held, check);
    if (fresh) {
      this.count(held, check, w);
      if (!kernel.deps.beacon) for (const head of w.heads) if (!this.isHere(held, head)) check.dues.told(head, kernel.deps.clock.now());
    }
    if (lied) this.proven(held, check);
    else if (fresh) this.tellScreens();
    return fresh;
  }

  /** It began a new log, so its store was set back: what it confirmed before counts when it says it again. */
  private forget(held: Space, { device }: BeaconCheck): void {
    const { kernel } = this.parts;
    const values = kernel.copies.forget(held.key, device).map((log): KeyValue => [ackRow(log, device), undefined]);
    kernel.metric('witness.anew', 1);
    kernel.emit({ type: 'copies', space: held.key });
    void kernel.store.commit({ origin: kernel.boot, records: [], values }).catch((error: unknown) => kernel.fault('witness', error));
  }

  private takeProof(space: Bytes, proof: readonly Witness[]): boolean {
    const held = this.spaceOf(space);
    const ds = must(proof[0], 'proof').ds;
    if (held === null || this.log?.isOwn(proof[0]!) === true) return false;
    const check = this.checkOf(space, ds);
    if (!check.takeProof(proof, this.parts.kernel.deps.clock.now())) return false;
    this.proven(held, check);
    return true;
  }

  /** Everybody is told, at once and on the disk. */
  private proven(held: Space, check: BeaconCheck): void {
    const { kernel } = this.parts;
    kernel.metric('witness.lies', 1);
    const { proof } = check.book;
    if (this.core && proof) this.exchange.passProof(this.core, held.id, proof);
    this.keep();
    this.tellScreens();
    kernel.emit({ type: 'copies', space: held.key });
  }

  /** A witness of this beacon itself, on the disk before anybody hears it: who opens a link meanwhile is told what is in the book. */
  private async keepOwn(held: Space, w: Witness, head: KeyValue): Promise<void> {
    const { kernel } = this.parts;
    const row = this.checkOf(held.id, w.ds).row();
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [head, [rowOf(held.key, toBase64url(w.ds)), { ...row, witnesses: [...row.witnesses, w.bytes] } satisfies CheckRow]] });
  }

  private tellOwn(held: Space, w: Witness): void {
    this.checkOf(held.id, w.ds).take(w, this.parts.kernel.deps.clock.now());
    if (this.core) this.exchange.pass(this.core, held.id, w);
  }

  private async dropOwn(held: Space, head: string): Promise<void> {
    const { kernel } = this.parts;
    const check = this.checkOf(held.id, must(kernel.profile, 'profile').ds.pub);
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [[head, undefined], [rowOf(held.key, check.device), check.row()]] });
  }

  /** Each head that it says is an ack that came over others. */
  private count({ id: space }: Space, { ds }: BeaconCheck, { heads }: Witness): void {
    for (const { fragment, writer, seq, id } of heads) {
      if (this.parts.kernel.spaces.get(toBase64url(space))?.fragments.get(toBase64url(fragment))?.index.at(toBase64url(writer), seq).includes(toBase64url(id))) this.parts.onAck({ space, fragment, writer, seq, id, level: 1, ds });
    }
  }

  private fill(space: Bytes, ds: Bytes, peer: PeerState): void {
    const gap = this.known(space, ds)?.book.gap();
    if (gap && this.core) void this.exchange.want(this.core, peer, space, ds, gap).catch((error: unknown) => this.parts.kernel.fault('witness', error));
  }

  private keep(): void {
    const { kernel } = this.parts;
    const values: KeyValue[] = [];
    for (const [name, check] of this.checks) {
      if (!check.changed) continue;
      check.changed = false;
      values.push([name, check.row()]);
    }
    if (values.length > 0) void kernel.store.commit({ origin: kernel.boot, records: [], values }).catch((error: unknown) => kernel.fault('witness', error));
  }

  // ---- what is looked at ---------------------------------------------------------------------------------------------

  private judge(): void {
    const { kernel } = this.parts;
    const now = kernel.deps.clock.monotonic();
    const ms = now - this.lookedAt;
    this.lookedAt = now;
    const dirty = [...this.dirty];
    this.dirty.clear();
    // A beacon judges nobody: it has no links to the others. It keeps what they say, for members who never meet.
    if (kernel.deps.beacon || kernel.paused) return this.keep();
    for (const space of kernel.spaces.values()) {
      if (space.standing !== 'member') continue;
      for (const device of beaconDevices(space)) this.judgeOne(space, this.checkOf(space.id, must(fromBase64url(device), 'device')), dirty, ms);
    }
    this.keep();
    this.tellScreens();
  }

  private judgeOne(space: Space, check: BeaconCheck, dirty: readonly string[], ms: number): void {
    const { kernel } = this.parts;
    const peer = this.linkTo(space, check.ds);
    const busy = check.came(kernel.network.peers.find((one) => one.device === check.device)?.bytesIn ?? 0);
    for (const name of dirty) if (name.startsWith(`${space.key}/`)) this.owed(space, name.slice(space.key.length + 1), check);
    const before = check.dues.size;
    const holed = check.book.gap() !== null;
    if (holed && peer) this.fill(space.id, check.ds, peer);
    check.dues.look({
      ms, holed, now: kernel.deps.clock.now(), linked: peer !== null, others: kernel.network.peers.some(({ spaces }) => spaces.includes(space.key)), busy,
      said: ({ fragment, writer, seq }) => check.book.saidOf(fragment, writer) >= seq,
      here: (spot) => this.isHere(space, spot),
    });
    // What came meanwhile may have been said before.
    if (check.dues.size < before || dirty.length > 0) for (const w of check.book.window) this.count(space, check, w);
    check.changed ||= before > 0;
    if (peer && check.book.newest !== null && kernel.deps.clock.monotonic() >= check.nextCheck) void this.ask(space, check, peer).catch((error: unknown) => kernel.fault('witness', error));
  }

  private linkTo(space: Space, ds: Bytes): PeerState | null {
    for (const peer of this.core?.peers.values() ?? []) {
      const state = peer.spaces.get(space.key);
      if (!peer.closed && state !== undefined && state.open !== null && state.serving && equalBytes(peer.link.device, ds)) return peer;
    }
    return null;
  }

  /**
   * What it confirmed of a fragment and said in none of its witnesses. Only of records that are younger than what is known of its log without a hole: an
   * older one may have been said before that. A stamp may lie ahead of the time at which it was said, by as much as is not parked.
   */
  private owed(space: Space, key: string, check: BeaconCheck): void {
    const { kernel } = this.parts;
    const fragment = space.fragments.get(key);
    const since = check.book.wholeSince() + PARK_AHEAD_MS;
    if (!fragment || since === Infinity) return;
    for (const { writer } of fragment.log.frontier()) {
      const text = toBase64url(writer);
      const held = kernel.copies.heldBy(logKey(space, fragment, text), [check.device]);
      if (held === null || check.book.saidOf(fragment.id, writer) >= held.seq) continue;
      const record = fragment.log.get(fragment.index.at(text, held.seq)[0] ?? '');
      if (record && record.hlc.ms - record.delta >= since) check.dues.confirmed({ fragment: fragment.id, writer, seq: held.seq }, kernel.deps.clock.now());
    }
  }

  /** Held, not wanted, or of somebody for whom there is no room here. */
  private isHere(space: Space, { fragment, writer, seq }: Spot): boolean {
    const { kernel } = this.parts;
    const key = toBase64url(fragment);
    if (!isWanted(kernel, space, key)) return true;
    const held = space.fragments.get(key);
    if (held && (held.log.contiguous(writer) >= seq || held.index.at(toBase64url(writer), seq).length > 0)) return true;
    if (held ? held.log.logs.size >= MAX_LOGS : space.fragments.size >= KERNEL_LIMITS.fragments) return true;
    // Of a writer who forks again and again everybody keeps other branches.
    if (held?.log.logs.get(toBase64url(writer))?.canFork() === false) return true;
    const uid = space.rights.writer(writer)?.uid;
    if (uid === undefined) return false;
    const { records, bytes } = heldOf(space, uid);
    return records >= KERNEL_LIMITS.authorRecords || bytes >= KERNEL_LIMITS.authorBytes;
  }

  private async ask(space: Space, check: BeaconCheck, peer: PeerState): Promise<void> {
    const { kernel } = this.parts;
    check.nextCheck = kernel.deps.clock.monotonic() + WITNESS_LIMITS.checkMs;
    await runCheck({ kernel, core: must(this.core, 'a link has a core'), exchange: this.exchange }, space, check, peer);
    kernel.emit({ type: 'copies', space: space.key });
    this.keep();
    this.tellScreens();
  }

  // ---- screens -------------------------------------------------------------------------------------------------------

  private tellScreens(): void {
    const { kernel } = this.parts;
    const views: BeaconCheckView[] = [...kernel.spaces.values()].flatMap((space) => (space.standing === 'member' ? this.of(space.id).flatMap((check) => viewOf(space, check)) : []));
    const text = JSON.stringify(views);
    if (text === this.told) return;
    this.told = text;
    kernel.beacons = views;
    kernel.onNetworkChange();
  }
}

function viewOf(space: Space, check: BeaconCheck): BeaconCheckView[] {
  const beacon = beaconOf(space, check.device);
  return beacon === null ? [] : [{ space: space.key, device: check.device, ...beacon, ...check.view() }];
}

const devices = new WeakMap<object, ReadonlySet<string>>();

/** Devices (text of the key) of the beacons that the space has now. */
export function beaconDevices(space: Space): ReadonlySet<string> {
  const view = space.rights.view();
  let known = devices.get(view);
  if (known === undefined) {
    known = new Set([...view.members.keys()].filter((uid) => isBeacon(view, uid)).flatMap((uid) => [...(view.state.persons.get(uid)?.devices.keys() ?? [])]));
    devices.set(view, known);
  }
  return known;
}

/** The desk of a kernel, with what was kept of the runs before. */
export async function createWitnessDesk(parts: DeskParts): Promise<WitnessDesk> {
  const rows = new Map((await parts.kernel.store.list(WITNESS_ROWS)) as [string, CheckRow][]);
  return new DeskImpl(parts, rows);
}
