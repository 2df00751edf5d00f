/** The devices that write a random acl graph: each holds its own part of the graph, written from its own heads. */
import { Oracle } from './oracle.ts';
import { oracleView, type OracleView } from './oracle-view.ts';
import { prng } from '#tests/support/prng';
import { type Dev, deviceOf, GENESIS, isStatement, type Name, personOf, type SpecData, type SpecGraph, type SpecOp, type SpecRecord, type SpecStatement, type Writer } from './spec.ts';

/** A device with what it holds. */
export interface Peer {
  readonly device: Dev;
  readonly held: Set<Name>;
  readonly data: Set<Name>;
  slot: number;
}

/** `plans`: owners offer plans, and vouchers are put in. `shapes`: owners say of what kind properties are. `late`: newcomers are kept to what is written from their coming on, histories are closed, forks proven, public links made. `crossing`: few persons who act on each other, each from what little it has heard. */
export type GraphKind = 'plain' | 'plans' | 'shapes' | 'late' | 'crossing';

interface DataLog {
  readonly first: readonly Name[];
  prev: readonly Name[];
}

export class World {
  readonly draw: (below: number) => number;
  readonly oracle: Oracle;
  readonly people: number;
  readonly peers = new Map<Dev, Peer>();
  readonly hostile = new Set<number>();
  readonly records: SpecRecord[] = [];
  readonly data: SpecData[] = [];
  private readonly counts = new Map<Writer, number>();
  private readonly dataLogs = new Map<string, DataLog>();
  private names = 0;
  private epochs = 0;

  constructor(readonly seed: number, readonly kind: GraphKind = 'plain') {
    this.draw = prng(seed);
    this.oracle = new Oracle(seed);
    this.people = kind === 'crossing' ? 3 + this.draw(2) : 3 + this.draw(6);
    for (let p = 1; p < this.people; p++) if (this.draw(kind === 'crossing' ? 2 : 4) === 0) this.hostile.add(p);
    const founder: Peer = { device: '0.0', held: new Set(), data: new Set(), slot: 0 };
    this.peers.set('0.0', founder);
    this.write(founder, { acl: [], ops: [{ t: 'inception', p: 0 }, { t: 'create', owner: 0 }], honest: true });
    this.write(founder, { acl: [GENESIS], ops: [{ t: 'rotate', epoch: this.newEpoch(), to: ['0.0'], prev: null }], honest: true });
  }

  get graph(): SpecGraph {
    return { seed: this.seed, people: this.people, records: this.records, data: this.data };
  }

  newEpoch(): number {
    return this.epochs++;
  }

  /** True once in `n`. */
  rarely(n: number): boolean {
    return this.draw(n) === 0;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.draw(list.length)];
  }

  heads(peer: Peer): Name[] {
    return this.oracle.heads(peer.held).slice(-8);
  }

  view(heads: readonly Name[]): OracleView {
    return oracleView(this.oracle, heads);
  }

  writerOf(peer: Peer): Writer {
    return `${peer.device}.${peer.slot}`;
  }

  /** The last record of the peer's slot that it holds, or null. */
  tip(peer: Peer): SpecRecord | null {
    const writer = this.writerOf(peer);
    let best: SpecRecord | null = null;
    for (const record of this.records) if (record.writer === writer && peer.held.has(record.name) && (best === null || record.seq >= best.seq)) best = record;
    return best;
  }

  /** Writes one acl record of the peer's slot. `fork`: once more at the seq of the last. */
  write(peer: Peer, given: { acl: readonly Name[]; ops: readonly SpecOp[] | null; honest: boolean; fork?: boolean }): SpecRecord {
    const tip = this.tip(peer);
    const fork = given.fork === true && tip !== null && tip.seq > (this.kind === 'crossing' && tip.name !== GENESIS ? -1 : 0);
    const seq = tip === null ? 0 : fork ? tip.seq : tip.seq + 1;
    const prev = fork ? tip.prev : (tip?.name ?? null);
    const record: SpecRecord = { name: this.names++, writer: this.writerOf(peer), seq, prev, acl: [...given.acl], ops: given.ops, honest: given.honest };
    this.records.push(record);
    this.oracle.add(record);
    peer.held.add(record.name);
    return record;
  }

  writeData(peer: Peer, acl: readonly Name[], fragment: number, honest: boolean): void {
    const writer = this.writerOf(peer);
    const n = this.counts.get(writer) ?? 0;
    this.counts.set(writer, n + 1);
    const log = this.dataLogs.get(`${writer} ${fragment}`);
    const name = this.names++;
    this.data.push({ name, writer, n, fragment, acl: [...acl], first: log?.first ?? acl, prev: log?.prev ?? null, honest });
    if (log) log.prev = acl;
    else this.dataLogs.set(`${writer} ${fragment}`, { first: acl, prev: acl });
    peer.data.add(name);
  }

  /** A device begins with what another one holds. */
  begin(device: Dev, from: Peer): void {
    const known = this.peers.get(device);
    if (known) this.exchange(known, from);
    else this.peers.set(device, { device, held: new Set(from.held), data: new Set(from.data), slot: 0 });
  }

  /** Both hold what either held. */
  exchange(a: Peer, b: Peer): void {
    for (const [from, to] of [[a, b], [b, a]] as const) {
      for (const name of from.held) to.held.add(name);
      for (const name of from.data) to.data.add(name);
    }
  }

  /** Every statement that a person ever made, in any record. */
  statementsOf(p: number): SpecStatement[] {
    const all = this.records.flatMap((record) => (record.ops ?? []).filter((op): op is SpecStatement => isStatement(op) && op.p === p));
    return [{ t: 'inception', p }, ...new Map(all.filter((s) => s.t !== 'inception').map((s) => [JSON.stringify(s), s])).values()];
  }

  /** Last data record of each writer of the person that the peer holds. */
  cutsFor(peer: Peer, p: number): Record<Writer, readonly [number, Name]> {
    const out: Record<Writer, readonly [number, Name]> = {};
    for (const { name, writer, n } of this.data) {
      if (personOf(writer) === p && peer.data.has(name) && n >= (out[writer]?.[0] ?? 0)) out[writer] = [n, name];
    }
    return out;
  }

  devicesOf(p: number): Dev[] {
    return [...this.peers.keys()].filter((device) => personOf(device) === p);
  }

  /** Writers that the view shows as frozen by a fork. */
  frozen(view: OracleView): Writer[] {
    const names = [...view.state.dead].filter(([, dead]) => dead.rule === 6).map(([name]) => this.oracle.node(name).record.writer);
    return [...new Set(names)];
  }

  ownDevice(peer: Peer, writer: Writer): boolean {
    return deviceOf(writer) === peer.device;
  }
}
