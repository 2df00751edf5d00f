/** What people write travels to the others inside of the page: late, in another order, twice, and not at all while two are parted. In the end everybody has everything. */
import { prng } from '#tests/support/prng';

export interface Peer {
  /** What this person wrote, one update behind another. */
  readonly sent: readonly Uint8Array[];
  /** Takes what others wrote; resolves when the page shows it. */
  take(updates: readonly Uint8Array[]): Promise<void>;
}

/** Some editors write on their own when something comes in; that ends. */
const TURNS = 40;

export class Exchange {
  private readonly heard: readonly (readonly Set<number>[])[];
  private readonly parted: (below: number) => number;
  private readonly roll: (below: number) => number;

  /** Who is parted when is the same for every exchange of a seed, however many updates there are. */
  constructor(private readonly peers: readonly Peer[], seed: number) {
    this.heard = peers.map(() => peers.map(() => new Set<number>()));
    this.parted = prng(seed + 77);
    this.roll = prng(seed + 7_777);
  }

  private fresh(to: number, from: number): number[] {
    return this.peers[from]!.sent.flatMap((_, at) => (to === from || this.heard[to]![from]!.has(at) ? [] : [at]));
  }

  private async hand(to: number, letters: readonly (readonly [from: number, at: number])[]): Promise<void> {
    if (letters.length === 0) return;
    for (const [from, at] of letters) this.heard[to]![from]!.add(at);
    await this.peers[to]!.take(this.shuffled(letters).map(([from, at]) => this.peers[from]!.sent[at]!));
  }

  private shuffled<T>(list: readonly T[]): T[] {
    return list.map((one) => [this.roll(1e9), one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);
  }

  /** A moment for everybody. */
  async pass(): Promise<void> {
    for (const to of this.peers.keys()) await this.reach(to);
  }

  /** A moment for one: of each four others one is parted from them; else a third of what is new comes later and a fifth comes twice. */
  async reach(to: number): Promise<void> {
    const come: [number, number][] = [];
    for (const from of this.peers.keys()) {
      if (from === to || this.parted(4) === 0) continue;
      for (const at of this.fresh(to, from)) if (this.roll(3) > 0) come.push(...Array.from({ length: this.roll(5) === 0 ? 2 : 1 }, (): [number, number] => [from, at]));
    }
    await this.hand(to, come);
  }

  /** Everything to everybody. */
  async end(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      let quiet = true;
      for (const to of this.peers.keys()) {
        const rest = [...this.peers.keys()].flatMap((from) => this.fresh(to, from).map((at): [number, number] => [from, at]));
        quiet &&= rest.length === 0;
        await this.hand(to, rest);
      }
      if (quiet) return;
    }
    throw new Error('the editors do not come to rest');
  }

  /** As if what this person wrote last had reached another one: it never will. */
  lose(from: number, to: number): void {
    this.heard[to]![from]!.add(this.peers[from]!.sent.length - 1);
  }
}
