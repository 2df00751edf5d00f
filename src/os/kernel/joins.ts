/**
 * Joining by link (FORMATS 6): the joiner's attempts with their visible steps, and the member's side that answers. A join survives reload: its row
 * `join/<invite>` holds the link sealed under the vault key; it goes when the person is inside or the link is refused for good.
 */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import { cutText, plainLine } from '#base/plain-text';
import { sha256 } from '#base/hash';
import type { JoinRequest, JoinState, JoinStepName, OwnRequest, RoleName } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { SigningKey } from '#ports/crypto';
import type { KeyValue } from '#ports/record-store';
import { decodeInviteLink, type InviteLink } from '#vm/protocol/invite-link';
import { encodeJoin } from '#vm/protocol/messages';
import { inviteRoom } from '#vm/protocol/rooms';
import type { JoinAnswer, JoinAttempt, JoinLetter } from '#vm/replication/host';
import type { PassedRequest } from '#vm/replication/passing';
import { settleClaim } from './claims.ts';
import { readJoinRow, writeJoinRow, type JoinRow } from './join-row.ts';
import { ROLE_NAME, spaceRow } from './membership.ts';
import type { RequestBook } from './requests.ts';
import type { Sealer } from './sealer.ts';
import { addSpace, ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { postNotice } from './tab-notices.ts';
import { openFromVault, sealInVault } from './vault.ts';

export interface Joins {
  /** Starts (or finds) the join of a link. AppError `bad-link`, `newer-link`, `no-identity`. */
  start(link: string, words?: string): Promise<Bytes>;
  states(link: string): AsyncIterable<JoinState>;
  attempts(): readonly JoinAttempt[];
  /** Reads the rows of joins begun earlier or in another tab. */
  load(): Promise<void>;
  onAnswer(key: string, answer: JoinAnswer): void;
  progress(key: string, step: 'found' | 'secure' | 'asked'): void;
  /** Rights or content of a space moved on. */
  onSpace(space: Space): void;
  onNetwork(): void;
  onJoin(space: Bytes, message: Bytes, invite: Bytes, from: string): Promise<JoinAnswer>;
  /** Of a device that waits for a hand: its name and words, or (null) that it takes the request back. */
  onLetter(space: Bytes, invite: Bytes, device: Bytes, letter: JoinLetter | null): void;
  passes(space: Bytes, device: Bytes): readonly PassedRequest[];
  onPassed(space: Bytes, device: Bytes, request: PassedRequest): void;
  /** Is there another answer for the device now than "wait"? */
  answered(space: Bytes, invite: Bytes, device: Bytes): boolean;
  /** Another tab changed who waits. */
  reload(space: string, uid: string): Promise<void>;
  waiting(space: string): readonly JoinRequest[];
  /** How a join of ours into the space stands. */
  own(space: string): OwnRequest | null;
  /** Takes joins of ours into the space back. */
  withdraw(space: Space): Promise<void>;
  /** Is the space being joined by an invite that some end called over? Shown at its link, not among the spaces. */
  refused(space: Space): boolean;
  approve(space: Space, uid: string, as?: RoleName): Promise<void>;
  /** With words for the person; null takes a refusal back. */
  decline(space: Space, uid: string, words: string | null): Promise<void>;
}

interface Attempt {
  readonly key: string;
  readonly link: InviteLink;
  readonly invite: SigningKey;
  readonly message: Bytes;
  row: JoinRow;
  readonly states: JoinState[];
  readonly listeners: Set<() => void>;
  over: boolean;
  /** Some end said that the invite is over. */
  refused: boolean;
}

const ORDER: readonly JoinStepName[] = ['link', 'server', 'found', 'secure', 'asked', 'accepted', 'content', 'done'];
/** Why a join waits when somebody has to let the person in, and what it stands at when somebody did not want to: others may still. */
const BY_HAND = 'by-hand';
const DECLINED = 'declined';
/** Refusals that asking the same end again cannot change. An end that knows the invite has proved no more than that: its word is told, and others are asked on. */
const REFUSALS: ReadonlySet<string> = new Set(['expired', 'used', 'revoked', 'bad']);

/** The link, or AppError with the reason. */
export function readLink(link: string): InviteLink {
  const decoded = decodeInviteLink(link);
  if (decoded.ok) return decoded.value;
  if (decoded.error === 'version') throw new AppError('newer-link', 'This link was made by a newer version.', 'Nothing was changed.', 'Reload the page to get the newest version.');
  throw new AppError('bad-link', 'This is not an invite link, or a part of it is missing.', 'Nothing was changed.', 'Ask for the link again and copy it whole.');
}

export function createJoins(kernel: Kernel, sealer: () => Sealer): Joins {
  return new JoinBook(kernel, sealer);
}

/** Key of an attempt: enough of the seed to tell links apart, and nothing that joins. */
const keyOfLink = (link: InviteLink): string => toBase64url(sha256('lgos/join-key', link.seed)).slice(0, 22);

class JoinBook implements Joins {
  private readonly running = new Map<string, Attempt>();
  /** Attempts of this run, ended ones too: their states can still be read. */
  private readonly known = new Map<string, Attempt>();
  private answering: Promise<unknown> = Promise.resolve();
  /** Who waits for a hand here; null until somebody asks, or there are rows. */
  private book: RequestBook | null = null;
  private opening: Promise<RequestBook> | null = null;

  constructor(private readonly kernel: Kernel, private readonly sealer: () => Sealer) {}

  private push(attempt: Attempt, step: JoinStepName, state: JoinState['state'], reason?: string, end = false): void {
    if (attempt.row.declined && step === 'asked' && reason !== DECLINED) return;
    const words = reason === DECLINED ? { words: attempt.row.declined?.words ?? '' } : {};
    const last = attempt.states[attempt.states.length - 1];
    const retryable = state === 'failed' && !end;
    if (attempt.over || (last && last.step === step && last.state === state && last.reason === reason && last.retryable === retryable)) return;
    if (last && ORDER.indexOf(step) < ORDER.indexOf(last.step) && state !== 'failed') return;
    attempt.states.push({ step, state, ...(reason ? { reason } : {}), ...words, retryable, at: this.kernel.deps.clock.now() });
    if (step === 'done' || (state === 'failed' && !retryable)) attempt.over = true;
    for (const wake of [...attempt.listeners]) wake();
    this.kernel.emit({ type: 'spaces', space: toBase64url(attempt.link.space) });
  }

  private async open(key: string, link: InviteLink, row: JoinRow): Promise<void> {
    const { kernel } = this;
    const profile = must(kernel.profile, 'profile');
    const invite = await kernel.deps.crypto.importSigning(link.seed);
    const message = await encodeJoin(kernel.deps.crypto, invite, profile.ds, link.space, profile.statements);
    const attempt: Attempt = { key, link, invite, message, row, states: [], listeners: new Set(), over: false, refused: false };
    this.running.set(key, attempt);
    this.known.set(key, attempt);
    const inside = kernel.spaces.get(toBase64url(link.space))?.standing === 'member';
    const space = addSpace(kernel, link.space, inside ? 'member' : 'joining');
    // By an invite now, not by somebody's word alone.
    settleClaim(kernel, space);
    if (link.signaling.length > 0) kernel.addServers(link.signaling);
    this.push(attempt, 'link', 'done');
    this.push(attempt, 'server', 'running');
    // Refused before this start: told at once, and asked on.
    if (row.declined) this.push(attempt, 'asked', 'failed', DECLINED);
    kernel.replication?.refresh();
    kernel.onNetworkChange();
    this.settle(attempt, space);
  }

  /** Inside as soon as the acl says so, the key opened and the directory is there. */
  private settle(attempt: Attempt, space: Space): void {
    const { kernel } = this;
    if (!kernel.profile || space.rights.roleOf(kernel.profile.uid) === null) return;
    this.push(attempt, 'accepted', 'done');
    if (space.keys.size === 0) return;
    this.push(attempt, 'content', 'running');
    if ([...space.source.ids(ROOT_KEY, 'fragment@1')].length === 0) return;
    this.push(attempt, 'done', 'done');
    this.running.delete(attempt.key);
    void kernel.store.commit({ origin: kernel.boot, records: [], values: [[`join/${attempt.key}`, undefined]] }).catch((error: unknown) => kernel.fault('join', error));
  }

  async start(text: string, words = ''): Promise<Bytes> {
    const { kernel } = this;
    const link = readLink(text);
    if (!kernel.profile) throw new AppError('no-identity', 'Choose a name first.', 'Nothing was changed.', 'Type what people should call you.');
    const key = keyOfLink(link);
    const begun = this.running.get(key);
    if (begun) {
      // Asked once more with other words, or after a refusal.
      if (words !== '' && words !== begun.row.words) await this.note(begun, { ...begun.row, words: cutText(words, KERNEL_LIMITS.requestWords) });
      return link.space;
    }
    const joinRow: JoinRow = { link: text, words: cutText(words, KERNEL_LIMITS.requestWords), since: kernel.deps.clock.now(), declined: null };
    const inside = kernel.spaces.get(toBase64url(link.space))?.standing === 'member';
    const rows = inside ? [] : [spaceRow(link.space, 'joining')];
    const row: KeyValue = [`join/${key}`, must(await sealInVault(kernel, writeJoinRow(joinRow)), 'vault')];
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [row, ...rows] }).catch(async (error: unknown) => {
      // A lost connection does not say whether it is on the disk: there, it goes on at the next start in any case.
      if ((await kernel.store.get(row[0]).catch(() => undefined)) === undefined) throw error;
    });
    if (!this.running.has(key)) await this.open(key, link, joinRow);
    postNotice(kernel, { t: 'joins' });
    return link.space;
  }

  async *states(text: string): AsyncGenerator<JoinState> {
    const attempt = this.known.get(keyOfLink(readLink(text)));
    if (!attempt) return;
    for (let at = 0; ; ) {
      while (at < attempt.states.length) yield attempt.states[at++]!;
      if (attempt.over) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          attempt.listeners.delete(wake);
          resolve();
        };
        attempt.listeners.add(wake);
      });
    }
  }

  attempts(): readonly JoinAttempt[] {
    return [...this.running.values()].filter((attempt) => !attempt.over).map(({ key, link, invite, message, row }) => ({ key, space: link.space, invite, room: inviteRoom(link.seed), message, letter: { name: this.kernel.profile?.name ?? '', words: row.words } }));
  }

  async load(): Promise<void> {
    const { kernel } = this;
    if (!this.book && (await kernel.store.list('ask/')).length > 0) await this.openBook();
    const before = [...this.running.values()];
    const rows = await kernel.store.list('join/');
    for (const [row, value] of rows) {
      const key = row.slice(5);
      const bytes = this.running.has(key) ? null : await openFromVault(kernel, value);
      const read = bytes === null ? null : readJoinRow(bytes);
      const decoded = read === null ? null : decodeInviteLink(read.link);
      if (decoded?.ok && !this.running.has(key)) await this.open(key, decoded.value, read!);
    }
    // Taken back in another tab.
    for (const attempt of before) if (!rows.some(([row]) => row.slice(5) === attempt.key) && this.running.get(attempt.key) === attempt) this.end(attempt);
  }

  /** Changes what is kept of a join of ours. */
  private async note(attempt: Attempt, row: JoinRow): Promise<void> {
    attempt.row = row;
    const sealed = must(await sealInVault(this.kernel, writeJoinRow(row)), 'vault');
    if (this.running.get(attempt.key) === attempt) await this.kernel.store.commit({ origin: this.kernel.boot, records: [], values: [[`join/${attempt.key}`, sealed]] });
  }

  own(space: string): OwnRequest | null {
    // Of several links one that still may let in.
    const attempt = this.into(space).sort((a, b) => Number(a.refused) - Number(b.refused))[0];
    if (!attempt) return null;
    const { link, row, states } = attempt;
    return { link: row.link, name: plainLine(link.hint.name), by: plainLine(link.hint.by), role: ROLE_NAME[link.hint.role], words: row.words, since: row.since, state: states.at(-1) ?? null };
  }

  /** Ends an attempt without having come in; who holds the request is told where there is a link. */
  private end(attempt: Attempt): void {
    this.kernel.replication?.withdraw(attempt.link.space, attempt.invite.pub);
    attempt.over = true;
    this.running.delete(attempt.key);
    for (const wake of [...attempt.listeners]) wake();
    this.kernel.replication?.refresh();
  }

  async withdraw(space: Space): Promise<void> {
    for (const attempt of this.into(space.key)) {
      this.end(attempt);
      await dropJoin(this.kernel, space.id, attempt.key, false);
    }
    postNotice(this.kernel, { t: 'joins' });
  }

  onAnswer(key: string, answer: JoinAnswer): void {
    const attempt = this.running.get(key);
    if (!attempt) return;
    const { kernel } = this;
    const space = kernel.spaces.get(toBase64url(attempt.link.space));
    if (space && kernel.profile && space.rights.roleOf(kernel.profile.uid) !== null) return;
    // It is done when the acl says so.
    if (answer.state === 'accepted') return this.push(attempt, 'accepted', 'running');
    if (answer.state === 'waiting') return this.push(attempt, 'asked', 'waiting', BY_HAND);
    if (answer.reason === DECLINED) {
      void this.note(attempt, { ...attempt.row, declined: { words: cutText(plainLine(answer.words ?? ''), KERNEL_LIMITS.requestWords), at: kernel.deps.clock.now() } }).catch((error: unknown) => kernel.fault('join', error));
      return this.push(attempt, 'asked', 'failed', DECLINED);
    }
    if (attempt.row.declined) return;
    if (!REFUSALS.has(answer.reason)) return this.push(attempt, 'asked', 'waiting', answer.reason);
    this.push(attempt, 'asked', 'failed', answer.reason);
    if (attempt.refused) return;
    attempt.refused = true;
    this.kernel.deps.clock.setTimer(KERNEL_LIMITS.joinRefusedMs, () => this.giveUp(attempt, answer.reason));
  }

  /** Nobody let the person in since the first refusal. */
  private giveUp(attempt: Attempt, reason: string): void {
    if (this.running.get(attempt.key) !== attempt) return;
    this.push(attempt, 'asked', 'failed', reason, true);
    attempt.over = true;
    this.running.delete(attempt.key);
    void dropJoin(this.kernel, attempt.link.space, attempt.key, this.into(toBase64url(attempt.link.space)).length > 0);
  }

  /** Attempts that run into one space, each by a link of its own. */
  private into(space: string): Attempt[] {
    return [...this.running.values()].filter(({ link }) => toBase64url(link.space) === space);
  }

  refused(space: Space): boolean {
    const all = space.standing === 'joining' ? this.into(space.key) : [];
    return all.length > 0 && all.every(({ refused }) => refused);
  }

  progress(key: string, step: 'found' | 'secure' | 'asked'): void {
    const attempt = this.running.get(key);
    if (!attempt) return;
    this.push(attempt, 'server', 'done');
    this.push(attempt, 'found', 'done');
    if (step !== 'found') this.push(attempt, 'secure', 'done');
    // Who waits for a hand and asks again waits on.
    if (step === 'asked' && attempt.states.at(-1)?.reason !== BY_HAND) this.push(attempt, 'asked', 'running');
  }

  onSpace(space: Space): void {
    for (const attempt of this.into(space.key)) this.settle(attempt, space);
  }

  onNetwork(): void {
    const servers = this.kernel.replication?.servers() ?? [];
    const online = servers.some((server) => server.state === 'open');
    for (const attempt of this.running.values()) {
      const last = attempt.states[attempt.states.length - 1];
      if (last && (ORDER.indexOf(last.step) > ORDER.indexOf('found') || (last.step === 'found' && last.state === 'done'))) continue;
      if (online) {
        this.push(attempt, 'server', 'done');
        this.push(attempt, 'found', 'waiting', 'nobody-online');
      } else if (servers.some((server) => server.state === 'closed')) this.push(attempt, 'server', 'failed', 'no-server');
    }
  }

  private openBook(): Promise<RequestBook> {
    this.opening ??= import('./requests.ts').then(async ({ createRequests }) => {
      const book = createRequests(this.kernel, this.sealer);
      await book.load();
      this.book = book;
      return book;
    }).catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  /** One after the other: an invite with one use must not be seen unused by two joins at once. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.answering.then(work);
    this.answering = turn.catch(() => undefined);
    return turn;
  }

  async onJoin(space: Bytes, message: Bytes, invite: Bytes): Promise<JoinAnswer> {
    const here = this.kernel.spaces.get(toBase64url(space));
    if (!here) return { state: 'refused', reason: 'unknown' };
    return this.inTurn(async () => (await import('./accept.ts')).answerJoin(this.kernel, this.sealer(), here, message, invite, {
      declined: async (join) => this.book?.declined(here, join) ?? null,
      ask: async (join) => (await this.openBook()).ask(here, join),
    }));
  }

  onLetter(space: Bytes, invite: Bytes, device: Bytes, letter: JoinLetter | null): void {
    const here = this.kernel.spaces.get(toBase64url(space));
    const { book } = this;
    if (!here || !book) return;
    void this.inTurn(() => (letter ? book.letter(here, invite, device, letter.name, letter.words) : book.withdrawn(here, invite, device))).catch((error: unknown) => this.kernel.fault('request', error));
  }

  passes(space: Bytes, device: Bytes): readonly PassedRequest[] {
    const here = this.kernel.spaces.get(toBase64url(space));
    return here ? (this.book?.passes(here, device) ?? []) : [];
  }

  onPassed(space: Bytes, device: Bytes, request: PassedRequest): void {
    const here = this.kernel.spaces.get(toBase64url(space));
    if (here) void this.inTurn(async () => (await this.openBook()).passed(here, device, request)).catch((error: unknown) => this.kernel.fault('request', error));
  }

  answered(space: Bytes, invite: Bytes, device: Bytes): boolean {
    const here = this.kernel.spaces.get(toBase64url(space));
    return here !== undefined && this.book?.answered(here, invite, device) === true;
  }

  async reload(space: string, uid: string): Promise<void> {
    await (await this.openBook()).reload(space, uid);
  }

  waiting(space: string): readonly JoinRequest[] {
    const here = this.kernel.spaces.get(space);
    return here ? (this.book?.waiting(here) ?? []) : [];
  }

  async approve(space: Space, uid: string, as?: RoleName): Promise<void> {
    const book = await this.openBook();
    await this.inTurn(() => book.approve(space, uid, as));
    this.kernel.replication?.refresh();
  }

  async decline(space: Space, uid: string, words: string | null): Promise<void> {
    const book = await this.openBook();
    await this.inTurn(() => book.decline(space, uid, words));
  }
}

/** Forgets a join, and the space with the last one into it. */
async function dropJoin(kernel: Kernel, space: Bytes, key: string, others: boolean): Promise<void> {
  const held = kernel.spaces.get(toBase64url(space));
  const values: (readonly [string, unknown])[] = [[`join/${key}`, undefined]];
  if (held?.standing === 'joining' && !others) {
    // What is held from before stays in memory: the index knows these records, so nothing would deliver them again.
    const known = [...held.fragments.values()].some((fragment) => fragment.log.size > 0);
    held.standing = 'left';
    if (!known) kernel.spaces.delete(held.key);
    values.push(known ? spaceRow(held.id, 'left') : [`space/${held.key}`, undefined]);
  }
  await kernel.store.commit({ origin: kernel.boot, records: [], values }).catch((error: unknown) => kernel.fault('join', error));
  kernel.emit({ type: 'spaces' });
}
