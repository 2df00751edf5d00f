/** The runs that are done here for other devices: by consent only, no more than the page offers, each stopped at once when one of them says so. */
import { toBase64url, type Bytes } from '#base/bytes';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { PRIVATE_KINDS, type ComputeConsent, type ComputeEvent, type ComputeHelp, type ComputeKind, type ComputeLine } from '#os/compute-api';
import { readPiece } from '#os/actors/piece';
import { RpcRefusal, type Rpc, type Served } from '#vm/rpc/calls';
import { serveDeclared } from '#vm/rpc/service';
import type { ComputeMinutes } from './compute-minutes.ts';
import { commitment, RUN } from './compute-call.ts';
import { personalOf } from './own-devices.ts';
import type { Kernel } from './state.ts';

/** How often one that asks is told that its run goes on, ms. */
const BEAT_MS = 3_000;

interface Running extends ComputeHelp {
  readonly id: string;
  begin(): void;
  wait(): void;
  /** Which actor runs, once its piece is here. */
  actor: string | null;
  end(result: Uint8Array | null, how: ComputeLine['how']): void;
}

export interface ComputeHelpDesk {
  /** The page takes so many more runs for others; 0: none, and those that run end. `actors` false: none of actors. */
  offer(free: number, actors?: boolean): void;
  /** Is work taken on, though perhaps no more of it right now? */
  offering(): boolean;
  /** May work of this kind be done here? */
  takes(kind: ComputeKind): boolean;
  /** The page has begun with it: rest before that is no work of this device. */
  begun(id: string): void;
  /** The page gave way to its person and begins with it anew later: it has all its time again. */
  waits(id: string): void;
  /** `cannot`: the page could not do it. */
  answered(id: string, result: Uint8Array | null, cannot?: boolean): boolean;
  consentChanged(): void;
  isOwn(device: Uint8Array): boolean;
  view(): { readonly helping: readonly ComputeHelp[]; readonly ledger: readonly ComputeLine[] };
  close(): void;
}

export interface HelpDeps {
  readonly kernel: Kernel;
  readonly rpc: Rpc;
  readonly minutes: ComputeMinutes;
  /** False: no page listens. */
  emit(event: ComputeEvent): boolean;
  consent(): ComputeConsent;
  onChange(): void;
}

class HelpImpl implements ComputeHelpDesk {
  private readonly running = new Map<string, Running>();
  private readonly ledger: ComputeLine[] = [];
  private room = 0;
  private actors = true;
  private counter = 0;

  constructor(private readonly d: HelpDeps) {
    serveDeclared(d.rpc, RUN, (params, call) => this.run(params, call));
  }

  offer(free: number, actors = true): void {
    const room = Number.isSafeInteger(free) && free > 0 ? Math.min(free, COMPUTE_LIMITS.helpAtOnce) : 0;
    if (room === 0) this.stopAll();
    if (room === this.room && actors === this.actors) return;
    [this.room, this.actors] = [room, actors];
    this.d.onChange();
  }

  offering(): boolean {
    return this.d.consent().on && this.room > 0;
  }

  takes(kind: ComputeKind): boolean {
    const { on, kinds } = this.d.consent();
    return on && kinds[kind] && (kind !== 'actor' || this.actors);
  }

  isOwn(device: Uint8Array): boolean {
    const { profile } = this.d.kernel;
    const mine = personalOf(this.d.kernel)?.rights.personOf(device) ?? null;
    return profile !== null && mine !== null && mine === toBase64url(profile.uid);
  }

  begun(id: string): void {
    this.running.get(id)?.begin();
  }

  waits(id: string): void {
    this.running.get(id)?.wait();
  }

  answered(id: string, result: Uint8Array | null, cannot = false): boolean {
    const one = this.running.get(id);
    one?.end(result, result !== null ? 'done' : cannot ? 'stopped' : 'failed');
    return one !== undefined;
  }

  consentChanged(): void {
    const { on, kinds, actors } = this.d.consent();
    for (const one of [...this.running.values()]) if (!on || !kinds[one.kind] || (one.actor !== null && !actors.includes(one.actor))) one.end(null, 'stopped');
    this.d.onChange();
  }

  private stopAll(): void {
    for (const one of [...this.running.values()]) one.end(null, 'stopped');
  }

  view(): { helping: ComputeHelp[]; ledger: ComputeLine[] } {
    return { helping: [...this.running.values()].map(({ space, device, uid, kind, since }) => ({ space, device, uid, kind, since })), ledger: [...this.ledger].reverse() };
  }

  close(): void {
    this.stopAll();
  }

  private async run({ kind, ms, size }: { kind: ComputeKind; ms: number; size: number }, call: Served): Promise<{ result: Bytes; nonce: Bytes }> {
    const { kernel } = this.d;
    if (!this.takes(kind)) throw new RpcRefusal('rights');
    // The person's own: by their devices, in the space that only those hold.
    if (PRIVATE_KINDS.includes(kind) && !(personalOf(kernel)?.key === toBase64url(call.lattice) && this.isOwn(call.from.link.device))) throw new RpcRefusal('rights');
    if (this.running.size >= this.room) throw new RpcRefusal('busy');
    if (size > COMPUTE_LIMITS.inputBytes || ms > COMPUTE_LIMITS.runMs) throw new RpcRefusal('bad-params');
    const result = await this.work(kind, ms, size, call);
    const nonce = kernel.deps.random.bytes(16);
    await call.write(commitment(result, nonce, kernel.profile!.ds.pub));
    // The result goes out when it is asked for.
    if ((await call.next()) === null) throw new RpcRefusal('bad-params');
    return { result, nonce };
  }

  private async work(kind: ComputeKind, ms: number, size: number, call: Served): Promise<Bytes> {
    const { kernel, emit } = this.d;
    const { clock } = kernel.deps;
    const space = toBase64url(call.lattice);
    const [device, since] = [toBase64url(call.from.link.device), clock.now()];
    let [began, spent]: [number | null, number] = [null, 0];
    const used = (): number => spent + (began === null ? 0 : clock.monotonic() - began);
    const id = `h${this.counter++}`;
    const uid = kernel.spaces.get(space)?.rights.personOf(call.from.link.device) ?? null;
    return new Promise<Bytes>((resolve, reject) => {
      const timers: (() => void)[] = [];
      const end = (result: Uint8Array | null, how: ComputeLine['how']): void => {
        if (!this.running.delete(id)) return;
        for (const cancel of timers) cancel();
        call.signal.removeEventListener('abort', stopped);
        if (how !== 'done') emit({ type: 'stop', id });
        const ms = Math.round(used());
        this.ledger.push({ space, device, uid, kind, since, ms, how });
        this.d.minutes.add('forOthers', ms);
        if (how === 'done') this.d.minutes.add('done', 1);
        if (this.ledger.length > COMPUTE_LIMITS.ledger) this.ledger.shift();
        kernel.metric(`compute.helped.${how}`, 1);
        if (result === null || result.length > COMPUTE_LIMITS.resultBytes) reject(new RpcRefusal(how === 'stopped' ? 'busy' : 'failed'));
        else resolve(result as Bytes);
        this.d.onChange();
      };
      const stopped = (): void => end(null, 'stopped');
      const wait = (): void => {
        [spent, began] = [used(), null];
        timers[0]?.();
        // One whose turn does not come is of a busy device, not of one that failed.
        timers[0] = clock.setTimer(ms, stopped);
      };
      const begin = (): void => {
        if (began !== null) return;
        began = clock.monotonic();
        timers[0]?.();
        timers[0] = clock.setTimer(ms, () => end(null, 'failed'));
      };
      this.running.set(id, { id, space, device, uid, kind, since, begin, wait, actor: null, end });
      call.signal.addEventListener('abort', stopped);
      wait();
      const beat = (): void => {
        timers[1] = clock.setTimer(BEAT_MS, beat);
        call.write(new Uint8Array(0)).catch(() => undefined);
      };
      beat();
      this.d.onChange();
      this.input(size, call).then((input) => {
        const one = this.running.get(id);
        if (!one) return;
        if (input === null || !this.allows(one, input)) return end(null, 'failed');
        if (emit({ type: 'job', job: { id, space, kind, input, own: false, ms } })) return;
        // No page is left that would do it.
        end(null, 'stopped');
        this.offer(0);
      }, () => end(null, 'stopped'));
    });
  }

  /** Code of others runs only where a person allowed that very code. */
  private allows(one: Running, input: Uint8Array): boolean {
    if (one.kind !== 'actor') return true;
    one.actor = readPiece(input)?.actor ?? null;
    return one.actor !== null && this.d.consent().actors.includes(one.actor);
  }

  /** The input, put together; null when it is not as long as was said. */
  private async input(size: number, call: Served): Promise<Bytes | null> {
    const out = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const part = await call.next();
      if (part === null || part.length === 0 || at + part.length > size) return null;
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

export function createComputeHelp(deps: HelpDeps): ComputeHelpDesk {
  return new HelpImpl(deps);
}
