/**
 * Hostile members: production kernels whose replica and log lie. What they seal is signed by their own slot, so only the rules of the records stand
 * between it and the others; what they forge in other names must fall at the signature.
 */
import { toBase64url, type Bytes } from '#base/bytes';
import type { RecordEntry, Replica, ReplicaHooks, ReplicaPeer } from '#ports/replica';
import { encodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { parseRecord } from '#vm/protocol/record';
import { ROLE, type Operation, type ParsedRecord } from '#vm/protocol/types';
import { takeStamp } from '#os/kernel/sealer';
import { generalFragment } from '#os/kernel/spaces';
import { aclRecord, entryOf, give, nextRecord, rewrite } from './forge.ts';
import { wrapReplica } from './replica-double.ts';
import type { SimOptions } from './sim-options.ts';
import type { SimTab } from './sim-world.ts';

/** Type of nodes that no honest peer may ever show. */
export const FORGED = 'forged@1';

export interface Hostility {
  replica(name: string, hooks: ReplicaHooks, make: (hooks: ReplicaHooks) => Replica): Replica;
  isHostile(name: string): boolean;
  /** One hostile act; answers its name. */
  act(tab: SimTab, space: string): Promise<string>;
}

/** What a hostile kernel's replica does besides its work. */
interface Habits {
  readonly peers: Map<string, ReplicaPeer>;
  /** Share of records it does not hand out. */
  withhold: number;
}

export const HOSTILE_ACTS = ['forge', 'impersonate', 'fork', 'withhold', 'stale acl', 'replay', 'heads', 'grant', 'future', 'backdate', 'junk', 'skip', 'epoch'] as const;
type HostileAct = (typeof HOSTILE_ACTS)[number];

export function createHostility(options: SimOptions, chance: () => number): Hostility {
  const habits = new Map<string, Habits>();
  const isHostile = (name: string): boolean => {
    const no = /^p(\d+)/.exec(name)?.[1];
    return no !== undefined && Number(no) > 0 && Number(no) <= options.hostile;
  };
  return {
    isHostile,
    replica(name, hooks, make) {
      if (!isHostile(name)) return make(hooks);
      const own: Habits = { peers: new Map(), withhold: 0 };
      habits.set(name, own);
      const keeps = (entries: readonly RecordEntry[]): readonly RecordEntry[] => (own.withhold === 0 ? entries : entries.filter(() => chance() >= own.withhold));
      const inner = make({ ...hooks, readRange: async (range) => keeps(await hooks.readRange(range)) });
      return wrapReplica(inner, {
        addPeer(peer) {
          own.peers.set(peer.id, peer);
          inner.addPeer({ ...peer, sendPut: (entries) => peer.sendPut(keeps(entries)) });
        },
        removePeer(id) {
          own.peers.delete(id);
          inner.removePeer(id);
        },
      });
    },
    async act(tab, space) {
      const name = HOSTILE_ACTS[Math.floor(chance() * HOSTILE_ACTS.length)]!;
      const own = habits.get(tab.name);
      if (own) await new Mischief(tab, space, own, chance).do(name);
      return name;
    },
  };
}

class Mischief {
  constructor(private readonly tab: SimTab, private readonly space: string, private readonly own: Habits, private readonly chance: () => number) {}

  private held() {
    return this.tab.running.parts.kernel.spaces.get(this.space)!;
  }

  private send(bytes: readonly Uint8Array[], to: (i: number) => boolean = () => true): void {
    const entries = bytes.map(entryOf);
    [...this.own.peers.values()].forEach((peer, i) => {
      if (to(i)) peer.sendPut(entries);
    });
  }

  /** Keeps the record in the own log too (else the next one forks it), and sends it. */
  private async spread(record: Bytes): Promise<void> {
    if (this.chance() < 0.8) await give(this.tab, record);
    this.send([record]);
  }

  /** A forged message, as operations of this member. */
  private forged(): Operation[] {
    const { kernel } = this.tab.running.parts;
    return [{ primitive: 0, verb: '', stamp: takeStamp(kernel, this.held()), args: [kernel.deps.random.bytes(16), FORGED, new Map()] }];
  }

  /** Records of others, as they lie on this disk. */
  private others(count: number): Uint8Array[] {
    const { kernel } = this.tab.running.parts;
    const own = kernel.slot?.text;
    const rows = this.tab.device.disk.records().filter((row) => toBase64url(row.space) === this.space && toBase64url(row.writer) !== own);
    return Array.from({ length: Math.min(count, rows.length) }, () => rows[Math.floor(this.chance() * rows.length)]!.bytes);
  }

  private random(length: number): Bytes {
    return this.tab.running.parts.kernel.deps.random.bytes(length);
  }

  async do(name: HostileAct): Promise<void> {
    const { kernel } = this.tab.running.parts;
    if (!kernel.slot || !kernel.profile || this.held().standing !== 'member' || !generalFragment(this.held())) return;
    if (this.held().rights.sealingEpoch() === null || this.held().keys.size === 0) return;
    await ACTS[name].call(this);
  }

  async forge(): Promise<void> {
    const record = await nextRecord(this.tab, this.space, this.forged());
    const bad = record.slice();
    // The signature is the last part.
    bad[bad.length - 1 - Math.floor(this.chance() * 60)]! ^= 1;
    this.send([bad]);
  }

  /** The next record of somebody else's log, signed by this member. */
  async impersonate(): Promise<void> {
    const [victim] = this.others(1);
    if (!victim) return;
    const { header, id } = parsed(victim);
    const record = await nextRecord(this.tab, this.space, this.forged());
    this.send([await rewrite(this.tab, this.space, record, (fields) => fields.set(4, header.writer).set(3, header.fragment).set(5, header.seq + 1).set(6, id).set(7, header.n + 1).set(8, id))]);
  }

  /** Two records at one place, each to a part of the others. What a fork holds is allowed content; which branch counts must be the same everywhere. */
  async fork(): Promise<void> {
    const ops = (): Operation[] => [{ primitive: 0, verb: '', stamp: takeStamp(this.tab.running.parts.kernel, this.held()), args: [this.random(16), 'forked@1', new Map()] }];
    const [a, b] = [await nextRecord(this.tab, this.space, ops()), await nextRecord(this.tab, this.space, ops())];
    this.send([a], (i) => i % 2 === 0);
    this.send([b], (i) => i % 2 === 1);
  }

  async withhold(): Promise<void> {
    this.own.withhold = this.chance() < 0.5 ? 0 : 0.2 + this.chance() * 0.8;
  }

  /** Rights claimed at heads that are long gone, or at none. */
  async stale(): Promise<void> {
    const genesis = this.held().id;
    const record = await nextRecord(this.tab, this.space, this.forged());
    const none = this.chance() < 0.5;
    await this.spread(await rewrite(this.tab, this.space, record, (fields) => fields.set(10, none ? null : [genesis])));
  }

  async replay(): Promise<void> {
    const rows = this.others(12);
    this.send([...rows, ...rows]);
  }

  /** Heads that do not exist: far ahead, of unknown writers, with random ids. */
  async heads(): Promise<void> {
    const fragments = [...this.held().fragments.values()];
    const fragment = fragments[Math.floor(this.chance() * fragments.length)]!;
    const log = fragment.log as unknown as { heads(): readonly { writer: Bytes; seq: number; id: Bytes }[] };
    const own = Object.getPrototypeOf(log) as typeof log;
    const lies = [0, 1, 2].map((i) => ({ writer: i === 0 ? this.random(32) : (own.heads.call(log)[i]?.writer ?? this.random(32)), seq: Math.floor(this.chance() * 10 ** (1 + 3 * i)), id: this.random(32) }));
    log.heads = () => [...own.heads.call(log), ...lies];
  }

  /** More rights for oneself, fewer for the founder, and invites nobody allowed. */
  async grant(): Promise<void> {
    const { kernel } = this.tab.running.parts;
    const { uid } = kernel.profile!;
    const founder = this.held().rights.view().owner;
    const roll = this.chance();
    const op: AclOp = roll < 0.4 ? { t: 'grant', to: uid, role: ROLE.owner, scope: null, nbf: 0, exp: null, mayDelegate: true, maxRole: ROLE.owner, plan: null }
      : roll < 0.7 ? { t: 'revoke', to: Buffer.from(founder, 'base64url'), cuts: new Map(), reason: null }
        : { t: 'policy.set', policy: new Map([[1, 1]]) };
    await this.spread(await aclRecord(this.tab, this.space, [{ ...encodeAclOp(op), verb: '', stamp: takeStamp(kernel, this.held()) }]));
  }

  /** A stamp 25 years ahead: stored by all, shown by none until its author sets it right. */
  async future(): Promise<void> {
    const { kernel } = this.tab.running.parts;
    const { ms } = takeStamp(kernel, this.held());
    const stamp = { ms: ms + 25 * 365 * 86_400_000, ctr: 0 };
    await this.spread(await nextRecord(this.tab, this.space, [{ primitive: 0, verb: '', stamp, args: [this.random(16), 'ahead@1', new Map()] }]));
  }

  /** Operations older than the record before. */
  async backdate(): Promise<void> {
    const general = generalFragment(this.held())!;
    const tip = this.held().fragments.get(toBase64url(general))?.log.ownTip(this.tab.running.parts.kernel.slot!.writer);
    const [op] = this.forged();
    if (tip) await this.spread(await nextRecord(this.tab, this.space, [{ ...op!, stamp: { ms: 1, ctr: 0 } }]));
  }

  async junk(): Promise<void> {
    const ops: Operation[] = [{ primitive: 0, verb: '', stamp: takeStamp(this.tab.running.parts.kernel, this.held()), args: [this.random(3), FORGED, 7] }];
    await this.spread(await nextRecord(this.tab, this.space, ops));
  }

  /** A record behind a gap that nobody can fill. */
  async skip(): Promise<void> {
    const record = await nextRecord(this.tab, this.space, this.forged());
    const far = 2 + Math.floor(this.chance() * 500);
    const prev = this.random(32);
    this.send([await rewrite(this.tab, this.space, record, (fields) => fields.set(5, far).set(6, prev).set(7, far).set(8, prev))]);
  }

  /** A key epoch that does not exist. */
  async epoch(): Promise<void> {
    const record = await nextRecord(this.tab, this.space, this.forged());
    const epoch = this.random(16);
    await this.spread(await rewrite(this.tab, this.space, record, (fields) => fields.set(13, epoch)));
  }
}

const ACTS: Readonly<Record<HostileAct, (this: Mischief) => Promise<void>>> = {
  forge: Mischief.prototype.forge, impersonate: Mischief.prototype.impersonate, fork: Mischief.prototype.fork, withhold: Mischief.prototype.withhold,
  'stale acl': Mischief.prototype.stale, replay: Mischief.prototype.replay, heads: Mischief.prototype.heads, grant: Mischief.prototype.grant,
  future: Mischief.prototype.future, backdate: Mischief.prototype.backdate, junk: Mischief.prototype.junk, skip: Mischief.prototype.skip, epoch: Mischief.prototype.epoch,
};

function parsed(bytes: Uint8Array): ParsedRecord {
  const record = parseRecord(bytes);
  if (!record.ok) throw new Error('not a record');
  return record.value;
}
