/**
 * Releases of the app between linked devices (docs/decisions/0177): gives what this device has of its own release, whole and checked, to devices of a space both are in, and takes
 * from them what the host does not give. Nothing that comes is believed here but that a file has the digest that was asked for: lists are judged where the keys are pinned.
 */
import { concat, fromUtf8, toBase64url, utf8, type Bytes } from '#base/bytes';
import { BUILD_LIMITS } from '#os/build-limits';
import type { BuildsApi, WantedFile } from '#os/builds-api';
import { createTokenBucket, type TokenBucket } from '#vm/mesh/token-bucket';
import { RPC_LIMITS } from '#vm/rpc-limits';
import { RpcRefusal, type Rpc, type RpcEnd, type Served } from '#vm/rpc/calls';
import { callDeclared, serveDeclared } from '#vm/rpc/service';
import { FILE, isDigest, LIST } from './build-call.ts';
import type { Kernel, Space } from './state.ts';

export interface BuildDesk extends BuildsApi {
  /** The links, or what they may see, are others. */
  look(): void;
}

export interface BuildDeskDeps {
  readonly kernel: Kernel;
  readonly rpc: Rpc;
  /** The devices that calls go to. */
  ends(): Iterable<RpcEnd>;
  /** Is the space open with it both ways, and may it call and be called there? */
  admits(end: RpcEnd, lattice: Uint8Array): boolean;
}

/** What one device was given, by its key: a new link is no new budget. */
interface Account {
  readonly lists: TokenBucket;
  readonly asks: TokenBucket;
  readonly bytes: TokenBucket;
  giving: boolean;
}

interface Asked {
  readonly device: string;
  readonly end: RpcEnd;
  readonly space: Space;
}

/** More came than may, or something else than was asked for. */
class WrongPart extends Error {
  override readonly name = 'WrongPart';
}

/** Takes parts up to a size. */
function collector(most: number): { add(part: Bytes): void; whole(): Bytes; readonly size: number; readonly over: boolean } {
  const parts: Bytes[] = [];
  let [size, over] = [0, false];
  return {
    add(part) {
      size += part.length;
      over ||= size > most;
      if (over) throw new WrongPart('more than was asked for');
      parts.push(part);
    },
    whole: () => concat(...parts),
    get size() { return size; },
    get over() { return over; },
  };
}

class DeskImpl implements BuildDesk {
  private readonly accounts = new Map<string, Account>();
  /** Devices that gave something else than was asked for: until this kernel ends they are asked for nothing. */
  private readonly doubted = new Set<string>();
  /** Devices that gave a list: they are asked for files first. */
  private readonly givers = new Set<string>();
  private readonly listeners = new Set<(devices: readonly string[]) => void>();
  private told = '';
  private giving = 0;

  constructor(private readonly d: BuildDeskDeps) {
    serveDeclared(d.rpc, LIST, (params, call) => this.giveList(params.above, call));
    serveDeclared(d.rpc, FILE, (params, call) => this.giveFile(params.sha384, call));
  }

  look(): void {
    const devices = this.askable().map(({ device }) => device);
    const now = devices.join(' ');
    if (now === this.told) return;
    this.told = now;
    for (const on of this.listeners) on(devices);
  }

  watch(on: (devices: readonly string[]) => void): () => void {
    this.listeners.add(on);
    on(this.askable().map(({ device }) => device));
    return () => void this.listeners.delete(on);
  }

  // --- giving

  private accountOf({ link }: RpcEnd): Account {
    const [device, { clock }] = [toBase64url(link.device), this.d.kernel.deps];
    let account = this.accounts.get(device);
    if (account) return account;
    account = {
      lists: createTokenBucket(clock, BUILD_LIMITS.listsPerSecond, BUILD_LIMITS.listsBurst), asks: createTokenBucket(clock, BUILD_LIMITS.asksPerSecond, BUILD_LIMITS.asksBurst),
      bytes: createTokenBucket(clock, BUILD_LIMITS.givenPerSecond, BUILD_LIMITS.givenBurst), giving: false,
    };
    this.accounts.set(device, account);
    if (this.accounts.size > BUILD_LIMITS.remembered) this.accounts.delete([...this.accounts].find(([, { giving }]) => !giving)![0]);
    return account;
  }

  private async giveList(above: number, call: Served): Promise<{ size: number }> {
    if (!this.accountOf(call.from).lists.take()) throw new RpcRefusal('busy');
    const list = await this.d.kernel.deps.builds?.list();
    const bytes = list && list.sequence > above ? utf8(list.text) : null;
    if (bytes === null || bytes.length > BUILD_LIMITS.listBytes) return { size: 0 };
    await call.write(bytes);
    return { size: bytes.length };
  }

  private async giveFile(sha384: string, call: Served): Promise<{ size: number }> {
    if (!isDigest(sha384)) throw new RpcRefusal('bad-params');
    const account = this.accountOf(call.from);
    // One at a time to each, a few to all: what somebody else asks for is not to be felt here.
    if (account.giving || this.giving >= BUILD_LIMITS.givenAtOnce || !account.asks.take()) throw new RpcRefusal('busy');
    account.giving = true;
    this.giving += 1;
    try {
      const bytes = await this.within(BUILD_LIMITS.silentMs, call, this.d.kernel.deps.builds?.file(sha384) ?? Promise.resolve(null));
      if (bytes === null || bytes.length > BUILD_LIMITS.fileBytes) throw new RpcRefusal('bad-params');
      if (!account.bytes.take(bytes.length)) throw new RpcRefusal('busy');
      const { clock } = this.d.kernel.deps;
      const until = clock.monotonic() + BUILD_LIMITS.fileMs;
      for (let at = 0; at < bytes.length; at += RPC_LIMITS.partBytes) await this.within(Math.min(BUILD_LIMITS.silentMs, until - clock.monotonic()), call, call.write(bytes.subarray(at, at + RPC_LIMITS.partBytes)));
      this.d.kernel.metric('builds.given_bytes', bytes.length);
      return { size: bytes.length };
    } finally {
      account.giving = false;
      this.giving -= 1;
    }
  }

  /** What comes in time, while somebody waits for it: who takes nothing holds the place of others. */
  private within<T>(ms: number, { signal }: Served, coming: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new RpcRefusal('busy'));
      const cancel = this.d.kernel.deps.clock.setTimer(Math.max(1, ms), stop);
      signal.addEventListener('abort', stop, { once: true });
      void coming.then(resolve, reject).finally(() => {
        cancel();
        signal.removeEventListener('abort', stop);
      });
    });
  }

  // --- taking

  /** Devices that may be asked, each once. */
  private askable(): Asked[] {
    const out = new Map<string, Asked>();
    for (const end of this.d.ends()) {
      const device = toBase64url(end.link.device);
      if (!end.link.open || out.has(device) || this.doubted.has(device)) continue;
      const space = [...this.d.kernel.spaces.values()].find(({ id }) => this.d.admits(end, id));
      if (space) out.set(device, { device, end, space });
    }
    return [...out.values()].slice(0, BUILD_LIMITS.devices);
  }

  private doubt(device: string): void {
    this.doubted.add(device);
    this.givers.delete(device);
    this.d.kernel.metric('builds.refused', 1);
  }

  async lists(above: number): Promise<readonly string[]> {
    const found = await Promise.all(this.askable().map((one) => this.listOf(one, above)));
    return found.filter((text) => text !== null);
  }

  private async listOf({ device, end, space }: Asked, above: number): Promise<string | null> {
    const parts = collector(BUILD_LIMITS.listBytes);
    const answer = await callDeclared(this.d.rpc, end, space.id, LIST, { above }, { ms: BUILD_LIMITS.listMs, channel: 'bulk', onPart: (part) => parts.add(part) });
    if (parts.over || (answer.ok && answer.value.size !== parts.size)) this.doubt(device);
    if (parts.over || !answer.ok || parts.size === 0 || answer.value.size !== parts.size) return null;
    this.givers.add(device);
    try {
      return fromUtf8(parts.whole());
    } catch {
      return null;
    }
  }

  async file(wanted: WantedFile): Promise<Bytes | null> {
    if (!isDigest(wanted.sha384) || wanted.size > BUILD_LIMITS.fileBytes) return null;
    const asked = this.askable();
    for (const one of [...asked.filter(({ device }) => this.givers.has(device)), ...asked.filter(({ device }) => !this.givers.has(device))]) {
      const bytes = await this.fileOf(one, wanted);
      if (bytes !== null) return bytes;
    }
    return null;
  }

  /** From one device; while it is busy with somebody else, some more times. */
  private async fileOf(one: Asked, wanted: WantedFile): Promise<Bytes | null> {
    const { clock } = this.d.kernel.deps;
    for (let tries = 0; tries < BUILD_LIMITS.busyTries; tries++) {
      if (tries > 0) await new Promise<void>((resolve) => void clock.setTimer(BUILD_LIMITS.busyMs, resolve));
      const got = await this.tryFile(one, wanted);
      if (got === 'wrong') this.doubt(one.device);
      if (got !== 'busy') return got instanceof Uint8Array ? got : null;
    }
    return null;
  }

  private async tryFile({ device, end, space }: Asked, { sha384, size }: WantedFile): Promise<Bytes | 'busy' | 'wrong' | 'none'> {
    const { clock, builds } = this.d.kernel.deps;
    const [parts, over] = [collector(size), new AbortController()];
    let cancel = (): void => undefined;
    const heard = (): void => {
      cancel();
      cancel = clock.setTimer(BUILD_LIMITS.silentMs, () => over.abort());
    };
    heard();
    const answer = await callDeclared(this.d.rpc, end, space.id, FILE, { sha384 }, {
      ms: BUILD_LIMITS.fileMs, channel: 'bulk', signal: over.signal,
      onPart: (part) => {
        if (part.length > 0) heard();
        parts.add(part);
      },
    });
    cancel();
    if (parts.over) return 'wrong';
    // Who lets it take too long is asked after the others from now on.
    if (!answer.ok && (answer.error.code === 'cancelled' || answer.error.code === 'deadline')) this.givers.delete(device);
    if (!answer.ok) return answer.error.code === 'busy' ? 'busy' : 'none';
    const bytes = parts.whole();
    return bytes.length === size && (await builds?.digest(bytes)) === sha384 ? bytes : 'wrong';
  }
}

export function createBuildDesk(deps: BuildDeskDeps): BuildDesk {
  return new DeskImpl(deps);
}
