/**
 * Joining by link (FORMATS 6): the joiner's attempts with their visible steps, and the member's side that answers. A join survives reload: its row
 * `join/<invite>` holds the link sealed under the vault key; it goes when the person is inside or the link is refused for good.
 */
import { AppError } from '#base/app-error';
import { equalBytes, fromUtf8, toBase64url, utf8, type Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { JoinState, JoinStepName } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import type { AeadKey, SigningKey } from '#ports/crypto';
import { decodeInviteLink, type InviteLink } from '#vm/protocol/invite-link';
import { encodeJoin } from '#vm/protocol/messages';
import { inviteRoom } from '#vm/protocol/rooms';
import type { JoinAnswer, JoinAttempt } from '#vm/replication/host';
import { answerJoin, type WaitingJoin } from './accept.ts';
import { spaceRow } from './membership.ts';
import type { Sealer } from './sealer.ts';
import { addSpace } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

export interface Joins {
  /** Starts (or finds) the join of a link. AppError `bad-link`, `newer-link`, `no-identity`. */
  start(link: string): Promise<Bytes>;
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
  waiting(space: string): readonly WaitingJoin[];
  approve(space: Space, uid: string): Promise<void>;
}

interface Attempt {
  readonly key: string;
  readonly link: InviteLink;
  readonly invite: SigningKey;
  readonly message: Bytes;
  states: JoinState[];
  listeners: Set<() => void>;
  over: boolean;
}

const ORDER: readonly JoinStepName[] = ['link', 'server', 'found', 'secure', 'asked', 'accepted', 'content', 'done'];
/** Refusals that asking again cannot change. */
const FINAL: ReadonlySet<string> = new Set(['expired', 'used', 'revoked', 'bad']);

/** The link, or AppError with the reason. */
export function readLink(link: string): InviteLink {
  const decoded = decodeInviteLink(link);
  if (decoded.ok) return decoded.value;
  if (decoded.error === 'version') throw new AppError('newer-link', 'This link was made by a newer version.', 'Nothing was changed.', 'Reload the page to get the newest version.');
  throw new AppError('bad-link', 'This is not an invite link, or a part of it is missing.', 'Nothing was changed.', 'Ask for the link again and copy it whole.');
}

export function createJoins(kernel: Kernel, sealer: () => Sealer): Joins {
  const attempts = new Map<string, Attempt>();
  const waiting = new Map<string, WaitingJoin[]>();
  const now = (): number => kernel.deps.clock.now();

  const push = (attempt: Attempt, step: JoinStepName, state: JoinState['state'], reason?: string): void => {
    const last = attempt.states[attempt.states.length - 1];
    if (attempt.over || (last && last.step === step && last.state === state && last.reason === reason)) return;
    if (last && ORDER.indexOf(step) < ORDER.indexOf(last.step) && state !== 'failed') return;
    const retryable = state === 'failed' && !(reason && FINAL.has(reason));
    attempt.states = [...attempt.states.slice(-64), { step, state, ...(reason ? { reason } : {}), retryable, at: now() }];
    if (step === 'done' || (state === 'failed' && !retryable)) attempt.over = true;
    for (const wake of attempt.listeners) wake();
    kernel.emit({ type: 'spaces', space: toBase64url(attempt.link.space) });
  };

  const open = async (key: string, link: InviteLink): Promise<Attempt> => {
    const profile = must(kernel.profile, 'profile');
    const invite = await kernel.deps.crypto.importSigning(link.seed);
    const message = await encodeJoin(kernel.deps.crypto, invite, profile.ds, link.space, profile.statements);
    const attempt: Attempt = { key, link, invite, message, states: [], listeners: new Set(), over: false };
    attempts.set(key, attempt);
    const space = addSpace(kernel, link.space, kernel.spaces.get(toBase64url(link.space))?.standing === 'member' ? 'member' : 'joining');
    if (link.signaling.length > 0) kernel.addServers(link.signaling);
    push(attempt, 'link', 'done');
    push(attempt, 'server', 'running');
    kernel.replication?.refresh();
    kernel.onNetworkChange();
    settle(attempt, space);
    return attempt;
  };

  /** Inside as soon as the acl says so, the key opened and the directory is there. */
  const settle = (attempt: Attempt, space: Space): void => {
    if (!kernel.profile || space.rights.roleOf(kernel.profile.uid) === null) return;
    push(attempt, 'accepted', 'done');
    if (space.keys.size === 0) return;
    push(attempt, 'content', 'running');
    const listed = [...space.source.ids(ROOT_TEXT, 'fragment@1')];
    if (listed.length === 0) return;
    push(attempt, 'done', 'done');
    attempts.delete(attempt.key);
    void kernel.store.commit({ origin: kernel.boot, records: [], values: [[`join/${attempt.key}`, undefined]] }).catch((error: unknown) => kernel.fault('join', error));
  };

  const find = (link: string): Attempt | undefined => attempts.get(toBase64url(readLink(link).seed).slice(0, 22)) ?? finished.get(toBase64url(readLink(link).seed).slice(0, 22));
  const finished = new Map<string, Attempt>();

  return {
    async start(link) {
      const decoded = readLink(link);
      if (!kernel.profile) throw new AppError('no-identity', 'Choose a name first.', 'Nothing was changed.', 'Type what people should call you.');
      const key = toBase64url(decoded.seed).slice(0, 22);
      if (attempts.has(key) && !attempts.get(key)!.over) return decoded.space;
      attempts.delete(key);
      const sealed = await sealLink(kernel, link);
      const rows = kernel.spaces.get(toBase64url(decoded.space))?.standing === 'member' ? [] : [spaceRow(decoded.space, 'joining')];
      await kernel.store.commit({ origin: kernel.boot, records: [], values: [[`join/${key}`, sealed], ...rows] });
      const attempt = await open(key, decoded);
      finished.set(key, attempt);
      kernel.deps.tabs.post({ t: 'joins' });
      return decoded.space;
    },
    async *states(link) {
      const attempt = find(link);
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
    },
    attempts: () => [...attempts.values()].filter((attempt) => !attempt.over).map((attempt) => ({
      key: attempt.key, space: attempt.link.space, invite: attempt.invite, room: inviteRoom(attempt.link.seed), message: attempt.message,
    })),
    async load() {
      for (const [row, value] of await kernel.store.list('join/')) {
        const key = row.slice(5);
        const link = attempts.has(key) ? null : await openLink(kernel, value);
        const decoded = link === null ? null : decodeInviteLink(link);
        if (decoded?.ok) finished.set(key, await open(key, decoded.value));
      }
    },
    onAnswer(key, answer) {
      const attempt = attempts.get(key);
      if (!attempt) return;
      if (answer.state === 'accepted') push(attempt, 'accepted', 'done');
      else if (answer.state === 'waiting') push(attempt, 'asked', 'waiting', 'by-hand');
      else if (FINAL.has(answer.reason)) {
        push(attempt, 'asked', 'failed', answer.reason);
        attempts.delete(key);
        void dropJoin(kernel, attempt.link.space, key);
      } else push(attempt, 'asked', 'waiting', answer.reason);
    },
    progress(key, step) {
      const attempt = attempts.get(key);
      if (!attempt) return;
      push(attempt, 'server', 'done');
      push(attempt, 'found', 'done');
      if (step !== 'found') push(attempt, 'secure', 'done');
      if (step === 'asked') push(attempt, 'asked', 'running');
    },
    onSpace(space) {
      for (const attempt of [...attempts.values()]) if (equalBytes(attempt.link.space, space.id)) settle(attempt, space);
    },
    onNetwork() {
      const servers = kernel.replication?.servers() ?? [];
      const online = servers.some((server) => server.state === 'open');
      for (const attempt of attempts.values()) {
        const last = attempt.states[attempt.states.length - 1];
        if (last && ORDER.indexOf(last.step) > ORDER.indexOf('found')) continue;
        if (online) {
          push(attempt, 'server', 'done');
          push(attempt, 'found', 'waiting', 'nobody-online');
        } else if (servers.some((server) => server.state === 'closed')) push(attempt, 'server', 'failed', 'no-server');
      }
    },
    async onJoin(space, message, invite) {
      const held = kernel.spaces.get(toBase64url(space));
      if (!held) return { state: 'refused', reason: 'unknown' };
      const list = waiting.get(held.key) ?? [];
      const answer = await answerJoin(kernel, sealer(), held, message, invite, (join) => {
        if (list.length >= KERNEL_LIMITS.waitingJoins || list.some((known) => known.uid === join.uid)) return;
        waiting.set(held.key, [...list, join]);
        kernel.emit({ type: 'members', space: held.key });
      });
      return answer;
    },
    waiting: (space) => waiting.get(space) ?? [],
    async approve(space, uid) {
      const list = waiting.get(space.key) ?? [];
      const join = list.find((item) => item.uid === uid);
      if (!join) throw new AppError('unknown', 'Nobody with this id is waiting.', 'Nothing was changed.', 'Reload the list.');
      waiting.set(space.key, list.filter((item) => item !== join));
      await join.accept();
      kernel.replication?.refresh();
    },
  };
}

const ROOT_TEXT = toBase64url(new Uint8Array(16).fill(2));

async function dropJoin(kernel: Kernel, space: Bytes, key: string): Promise<void> {
  const held = kernel.spaces.get(toBase64url(space));
  const values: [string, unknown][] = [[`join/${key}`, undefined]];
  if (held?.standing === 'joining') {
    kernel.spaces.delete(held.key);
    values.push([`space/${held.key}`, undefined]);
  }
  await kernel.store.commit({ origin: kernel.boot, records: [], values }).catch((error: unknown) => kernel.fault('join', error));
  kernel.emit({ type: 'spaces' });
}

interface SealedLink {
  readonly nonce: Bytes;
  readonly ct: Bytes;
}

async function sealLink(kernel: Kernel, link: string): Promise<SealedLink> {
  const vault = (await kernel.store.get('id/vault')) as AeadKey;
  const nonce = kernel.deps.random.bytes(12);
  return { nonce, ct: await kernel.deps.crypto.seal(vault, nonce, utf8(link)) };
}

async function openLink(kernel: Kernel, row: unknown): Promise<string | null> {
  const { nonce, ct } = row as SealedLink;
  const vault = (await kernel.store.get('id/vault')) as AeadKey;
  const plain = await kernel.deps.crypto.open(vault, nonce, ct);
  return plain ? fromUtf8(plain) : null;
}

