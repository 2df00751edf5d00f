/**
 * Requests to be let in by hand, at the end of those who may do it (JOIN rules of SPEC.md): kept sealed in the store of this device, one row for each person and
 * space, so that a queue survives reload and every tab shows it. Loaded when somebody asks first, or when there are rows.
 */
import { AppError } from '#base/app-error';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor, type CborValue } from '#base/cbor';
import { must } from '#base/assert';
import { cutText, plainLine } from '#base/plain-text';
import type { JoinRequest, RoleName } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { ROLE, type Role } from '#vm/protocol/types';
import type { JoinAnswer } from '#vm/replication/host';
import type { PassedRequest } from '#vm/replication/passing';
import { acceptJoin, hear, type HeardJoin } from './accept.ts';
import { ROLE_NAME, ROLE_OF } from './membership.ts';
import { setRole } from './people-acts.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';
import { postNotice } from './tab-notices.ts';
import { openFromVault, sealInVault } from './vault.ts';

/** One person who asks. */
interface Request {
  readonly uid: string;
  /** Id of the invite, and its public key. */
  readonly invite: string;
  readonly pub: Bytes;
  readonly message: Bytes;
  /** Devices of the person, base64url of DS: each may ask, say a name and take the request back. */
  readonly devices: readonly string[];
  readonly name: string;
  readonly words: string;
  /** When it came first, and when a device asked last, ms. */
  readonly since: number;
  readonly askedAt: number;
  readonly declined: { readonly words: string; readonly at: number } | null;
}

export interface RequestBook {
  /** Reads all rows. */
  load(): Promise<void>;
  /** Reads one row that another tab wrote. */
  reload(space: string, uid: string): Promise<void>;
  /** Keeps who asks for a hand; what they are answered. */
  ask(space: Space, join: HeardJoin): Promise<JoinAnswer>;
  /** The refusal that stands for this person and invite. */
  declined(space: Space, join: HeardJoin): JoinAnswer | null;
  letter(space: Space, pub: Bytes, device: Bytes, name: string, words: string): Promise<void>;
  withdrawn(space: Space, pub: Bytes, device: Bytes): Promise<void>;
  /** Is there another answer for the device now than "wait"? */
  answered(space: Space, pub: Bytes, device: Bytes): boolean;
  /** What is passed on to a device: requests that its person may answer, and those that were taken back. */
  passes(space: Space, device: Bytes): readonly PassedRequest[];
  /** A request that another one who may answer it keeps (JOIN6). */
  passed(space: Space, device: Bytes, request: PassedRequest): Promise<void>;
  waiting(space: Space): readonly JoinRequest[];
  approve(space: Space, uid: string, as?: RoleName): Promise<void>;
  decline(space: Space, uid: string, words: string | null): Promise<void>;
}

const rowOf = (space: string, uid: string): string => `ask/${space}/${uid}`;
/** A name or words of somebody, as they are kept and shown. */
export const requestName = (text: string): string => cutText(plainLine(cutText(text, KERNEL_LIMITS.nameChars * 4)), KERNEL_LIMITS.nameChars);
export const requestWords = (text: string): string => cutText(plainLine(cutText(text, KERNEL_LIMITS.requestWords * 4)), KERNEL_LIMITS.requestWords);

export function createRequests(kernel: Kernel, sealer: () => Sealer): RequestBook {
  return new Book(kernel, sealer);
}

class Book implements RequestBook {
  /** Space → uid → request. */
  private readonly held = new Map<string, Map<string, Request>>();
  /** Space → uid → the request as it was when it was taken back, in this run. */
  private readonly gone = new Map<string, Map<string, Request>>();

  constructor(private readonly kernel: Kernel, private readonly sealer: () => Sealer) {}

  private of(space: string): Map<string, Request> {
    const known = this.held.get(space) ?? new Map<string, Request>();
    this.held.set(space, known);
    return known;
  }

  async load(): Promise<void> {
    for (const [key, row] of await this.kernel.store.list('ask/')) await this.take(key, row);
  }

  async reload(space: string, uid: string): Promise<void> {
    const row = await this.kernel.store.get(rowOf(space, uid));
    if (row === undefined) this.of(space).delete(uid);
    else await this.take(rowOf(space, uid), row);
    this.tell(space);
  }

  private async take(key: string, row: unknown): Promise<void> {
    const [, space, uid] = key.split('/');
    const bytes = await openFromVault(this.kernel, row);
    const request = bytes && space && uid ? readRequest(uid, bytes) : null;
    if (request) this.of(space!).set(request.uid, request);
  }

  private tell(space: string): void {
    this.kernel.emit({ type: 'members', space });
    this.kernel.replication?.refresh();
  }

  /** On the disk before anybody is told that it is kept. */
  private async keep(space: Space, request: Request): Promise<void> {
    const { kernel } = this;
    const row = must(await sealInVault(kernel, writeRequest(request)), 'vault');
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [[rowOf(space.key, request.uid), row]] });
    this.of(space.key).set(request.uid, request);
    this.changed(space, request.uid);
    // The list is drawn anew when the request is over by itself.
    const until = Math.min((space.rights.view().invites.get(request.invite)?.exp ?? 0) - kernel.time.now(), KERNEL_LIMITS.waitingJoinMs);
    kernel.deps.clock.setTimer(Math.max(0, until), () => this.tell(space.key));
  }

  private async drop(space: Space, uid: string): Promise<void> {
    const { kernel } = this;
    this.of(space.key).delete(uid);
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [[rowOf(space.key, uid), undefined]] });
    this.changed(space, uid);
  }

  private changed(space: Space, uid: string): void {
    postNotice(this.kernel, { t: 'ask', space: space.key, uid });
    this.tell(space.key);
  }

  /** Why nobody can be let in by it any more, or not by this person now; null: it can be answered. */
  private over(space: Space, { uid, invite, askedAt }: Request): string | null {
    const { kernel } = this;
    if (kernel.deps.clock.now() - askedAt >= KERNEL_LIMITS.waitingJoinMs) return 'expired';
    const may = space.rights.canAccept(invite, uid, must(kernel.profile, 'profile').uid, kernel.time.now());
    return may.ok ? null : may.error;
  }

  /** Takes out what is over for good; `rights` may come back. */
  private async prune(space: Space): Promise<void> {
    for (const request of [...this.of(space.key).values()]) {
      const why = this.over(space, request);
      if (why !== null && why !== 'rights' && why !== 'unknown') await this.drop(space, request.uid);
    }
  }

  declined(space: Space, { joiner, invite }: HeardJoin): JoinAnswer | null {
    const request = this.of(space.key).get(toBase64url(joiner.uid));
    if (!request?.declined || request.invite !== invite || this.over(space, request) !== null) return null;
    return { state: 'refused', reason: 'declined', words: request.declined.words };
  }

  async ask(space: Space, join: HeardJoin): Promise<JoinAnswer> {
    const uid = toBase64url(join.joiner.uid);
    const now = this.kernel.deps.clock.now();
    const before = this.of(space.key).get(uid);
    const same = before !== undefined && before.invite === join.invite && equalBytes(before.message, join.bytes);
    // Who asks every few minutes is not written down each time.
    if (same && now - before.askedAt < KERNEL_LIMITS.waitingJoinNoteMs) return { state: 'waiting' };
    if (before === undefined && !(await this.hasRoom(space, join.invite))) return { state: 'refused', reason: 'full' };
    this.gone.get(space.key)?.delete(uid);
    const known = before?.declined === null ? before : undefined;
    await this.keep(space, {
      uid, invite: join.invite, pub: join.pub, message: join.bytes, devices: join.joiner.devices.map(({ ds }) => ds), name: known?.name ?? '', words: known?.words ?? '',
      since: known?.since ?? now, askedAt: now, declined: null,
    });
    return { state: 'waiting' };
  }

  private async hasRoom(space: Space, invite: string): Promise<boolean> {
    await this.prune(space);
    const others = [...this.of(space.key).values()].filter((one) => one.declined === null);
    return others.length < KERNEL_LIMITS.waitingJoins && others.filter((one) => one.invite === invite).length < KERNEL_LIMITS.waitingPerInvite;
  }

  passes(space: Space, device: Bytes): readonly PassedRequest[] {
    const person = space.rights.personOf(device);
    if (person === null) return [];
    const told = (request: Request, gone: boolean): PassedRequest => ({ pub: request.pub, join: request.message, name: request.name, words: request.words, since: request.since, askedAt: request.askedAt, gone });
    const open = [...this.of(space.key).values()].filter((one) => one.declined === null && this.over(space, one) === null && this.mayAnswer(space, person, one));
    return [...open.map((one) => told(one, false)), ...[...(this.gone.get(space.key)?.values() ?? [])].filter((one) => this.mayAnswer(space, person, one)).map((one) => told(one, true))];
  }

  private mayAnswer(space: Space, person: string, { invite, uid }: Pick<Request, 'invite' | 'uid'>): boolean {
    return space.rights.canAccept(invite, uid, person, this.kernel.time.now()).ok;
  }

  /** The join message proves itself; name and words are what an end says that may let people in, as that one heard them. */
  async passed(space: Space, device: Bytes, request: PassedRequest): Promise<void> {
    const person = space.rights.personOf(device);
    const heard = person === null ? 'unknown' : await hear(this.kernel, space, request.join, request.pub);
    if (typeof heard === 'string') return;
    const uid = toBase64url(heard.joiner.uid);
    const room = space.inviteRooms.get(heard.invite);
    if (!this.mayAnswer(space, person!, { invite: heard.invite, uid }) || !room || !(room.manual || space.rights.view().state.policy.approve)) return;
    const now = this.kernel.deps.clock.now();
    const askedAt = Math.min(request.askedAt, now);
    const next: Request = {
      uid, invite: heard.invite, pub: heard.pub, message: heard.bytes, devices: heard.joiner.devices.map(({ ds }) => ds), name: requestName(request.name), words: requestWords(request.words),
      since: Math.min(request.since, askedAt), askedAt, declined: null,
    };
    const known = this.of(space.key).get(uid);
    const taken = this.gone.get(space.key)?.get(uid);
    if (this.over(space, next) !== null || known?.declined || (taken && taken.askedAt >= askedAt) || (known && known.askedAt > askedAt)) return;
    if (request.gone) return known && known.invite === next.invite ? this.takeBack(space, known) : undefined;
    if (known && known.askedAt === askedAt && known.name !== '') return;
    if (known || (await this.hasRoom(space, next.invite))) await this.keep(space, next);
  }

  private async takeBack(space: Space, request: Request): Promise<void> {
    const gone = this.gone.get(space.key) ?? new Map<string, Request>();
    this.gone.set(space.key, gone.set(request.uid, request));
    if (gone.size > KERNEL_LIMITS.waitingJoins) gone.delete([...gone.keys()][0]!);
    await this.drop(space, request.uid);
  }

  private find(space: Space, pub: Bytes, device: Bytes): Request | null {
    const ds = toBase64url(device);
    for (const request of this.of(space.key).values()) if (request.devices.includes(ds) && equalBytes(request.pub, pub)) return request;
    return null;
  }

  async letter(space: Space, pub: Bytes, device: Bytes, name: string, words: string): Promise<void> {
    const request = this.find(space, pub, device);
    const next = { name: requestName(name), words: requestWords(words) };
    if (request && (request.name !== next.name || request.words !== next.words)) await this.keep(space, { ...request, ...next });
  }

  /** A refusal stays: who takes back and asks again is answered the same. */
  async withdrawn(space: Space, pub: Bytes, device: Bytes): Promise<void> {
    const request = this.find(space, pub, device);
    if (request?.declined === null) await this.takeBack(space, request);
  }

  answered(space: Space, pub: Bytes, device: Bytes): boolean {
    const request = this.find(space, pub, device);
    if (!request) return false;
    const why = this.over(space, request);
    return request.declined !== null || (why !== null && why !== 'rights' && why !== 'unknown');
  }

  waiting(space: Space): readonly JoinRequest[] {
    const open = [...this.of(space.key).values()].filter((one) => one.declined === null && this.over(space, one) === null);
    const { invites } = space.rights.view();
    return open.sort((a, b) => a.since - b.since).map(({ uid, invite, name, words, since }) => ({ uid, invite, name, words, since, role: ROLE_NAME[invites.get(invite)?.role ?? ROLE.guest] }));
  }

  async approve(space: Space, uid: string, as?: RoleName): Promise<void> {
    const request = this.of(space.key).get(uid);
    if (!request) throw new AppError('unknown', 'Nobody with this id is waiting.', 'Nothing was changed.', 'Reload the list.');
    const asked: Role | undefined = as === undefined ? undefined : ROLE_OF[as];
    if (as !== undefined && (asked === undefined || asked > ROLE.member)) throw new AppError('bad-op', 'Who asks is let in as a guest or a member.', 'Nobody was let in.', 'Change the role afterwards.');
    try {
      await acceptJoin(this.kernel, this.sealer(), space, request, asked ?? null);
    } catch (error) {
      if (error instanceof AppError && error.code === 'invite-over') await this.drop(space, uid);
      throw error;
    }
    // More than the link says is a second act, judged like any other.
    if (asked !== undefined && (space.rights.memberOf(uid)?.role ?? asked) < asked) await setRole(this.kernel, this.sealer(), space, uid, as!);
    await this.drop(space, uid);
  }

  async decline(space: Space, uid: string, words: string | null): Promise<void> {
    const request = this.of(space.key).get(uid);
    if (!request) throw new AppError('unknown', 'Nobody with this id is waiting.', 'Nothing was changed.', 'Reload the list.');
    const now = this.kernel.deps.clock.now();
    if (words === null && request.declined === null) return;
    await this.keep(space, { ...request, declined: words === null ? null : { words: requestWords(words), at: now } });
    const refused = [...this.of(space.key).values()].filter((one) => one.declined !== null).sort((a, b) => a.declined!.at - b.declined!.at);
    for (const old of refused.slice(0, Math.max(0, refused.length - KERNEL_LIMITS.waitingJoins))) await this.drop(space, old.uid);
  }
}

function writeRequest(request: Request): Bytes {
  const { invite, pub, message, devices, name, words, since, askedAt, declined } = request;
  return encodeCbor([1, invite, pub, message, [...devices], name, words, since, askedAt, declined ? [declined.words, declined.at] : null]);
}

/** Null: it is none, or of another build. */
function readRequest(uid: string, bytes: Bytes): Request | null {
  const value = tryDecodeCbor(bytes);
  if (!Array.isArray(value) || value.length !== 10 || value[0] !== 1 || fromBase64url(uid) === null) return null;
  const [, invite, pub, message, devices, name, words, since, askedAt, declined] = value as [CborValue, string, Bytes, Bytes, string[], string, string, number, number, [string, number] | null];
  return { uid, invite, pub, message, devices, name, words, since, askedAt, declined: declined ? { words: declined[0], at: declined[1] } : null };
}
