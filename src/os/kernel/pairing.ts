/**
 * Pairing a second device (docs/PROTOCOL.md, Pairing; decisions/0029). The device that has the person shows a code, the new one takes it; both meet in the room
 * of that code, and over their link they agree on four words that nobody in between can choose. When both people said Yes the older one signs a device.add;
 * the new device becomes the person and asks for its spaces as one that comes back does (returns.ts). Runs in the tab that holds the links. Loaded when asked for.
 */
import { AppError } from '#base/app-error';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { tryDecodeCbor, type CborValue } from '#base/cbor';
import { must } from '#base/assert';
import { cutText, plainLine } from '#base/plain-text';
import type { PairAct, PairingReason, PairingView } from '#os/devices-api';
import { KERNEL_LIMITS } from '#os/limits';
import { isLive } from '#os/rights/identity-state';
import type { AgreementKey, SigningKey } from '#ports/crypto';
import { deviceAddBody, parseStatement, signedStatement, verifyStatement } from '#vm/protocol/identity';
import { CODE_LETTERS, encodePairingLink, pairingCode, pairingCommit, pairingDigest, pairingProof, pairingSeed, readPairing } from '#vm/protocol/pairing';
import { inviteRoom } from '#vm/protocol/rooms';
import type { PairAsked, PairLink, PairQuestion } from '#vm/replication/pair-links';
import { bytesOf, listOf, tupleOf } from '#vm/replication/payloads';
import { MAX_JOIN_STATEMENTS, MAX_STATEMENT_BYTES } from '#vm/limits';
import type { KernelParts } from './kernel.ts';
import { personalOf } from './own-devices.ts';
import type { RecoveryRow } from './profile.ts';
import { withCopies } from './device-keys.ts';
import { becomePerson, readPerson } from './returns.ts';
import { postNotice } from './tab-notices.ts';

/** Keys the new device will have. */
interface NewKeys {
  readonly ds: SigningKey;
  readonly dx: AgreementKey;
  /** Until it is known whose device this is, and so which recovery key opens the copies (device-keys.ts). */
  readonly seeds: { readonly ds: Bytes; readonly dx: Bytes };
}

/** A question that no person has to answer, and how often the link is looked at, ms. */
const ASK_MS = 15_000;
const WATCH_MS = 1_000;
const NOTHING = 'Nothing was changed.';

/** Does it here, or asks the tab that holds the links. AppError `bad-code`, `newer-link`, `already`, `no-identity`, `device-revoked`. */
export async function pairAct(parts: KernelParts, act: PairAct): Promise<void> {
  const { kernel } = parts;
  if (kernel.loading) await kernel.loading;
  check(parts, act);
  if (!kernel.leader) return postNotice(kernel, { t: 'pair', act });
  if (act.act === 'answer') return kernel.pairing?.answer(act.yes);
  if (act.act === 'end') return kernel.pairing?.end('given-up');
  kernel.pairing?.end('given-up');
  if (act.act === 'offer') {
    kernel.pairing = new Pairing(parts, pairingCode(kernel.deps.random.bytes(CODE_LETTERS)), null);
  } else {
    const { code, signaling } = readCodeOrLink(act.text);
    const { crypto } = kernel.deps;
    kernel.addServers(signaling);
    const [ds, dx] = [await crypto.generateSigningSeed(), await crypto.generateAgreementSeed()];
    kernel.pairing = new Pairing(parts, code, { ds: ds.key, dx: dx.key, seeds: { ds: ds.seed, dx: dx.seed } });
  }
  kernel.pairing.tell();
  parts.link();
}

function check({ kernel }: KernelParts, act: PairAct): void {
  if (act.act === 'take') {
    readCodeOrLink(act.text);
    if (kernel.profile || kernel.returning) throw new AppError('already', 'This browser already has an identity.', 'It is untouched.', 'Use a new browser profile.');
  }
  if (act.act === 'offer' && kernel.revoked !== null) throw new AppError('device-revoked', 'This device was taken away.', NOTHING, 'Pair on another device of yours.');
  if (act.act === 'offer' && !kernel.profile) throw new AppError('no-identity', 'There is no identity in this browser.', NOTHING, 'Pair on a device that has one.');
}

function readCodeOrLink(text: string): { code: string; signaling: readonly string[] } {
  const read = typeof text === 'string' ? readPairing(text) : null;
  if (read === 'newer') throw new AppError('newer-link', 'This link was made by a newer version.', NOTHING, 'Reload to update.');
  if (read === null) throw new AppError('bad-code', `This is no pairing code. It has ${CODE_LETTERS} letters and digits.`, NOTHING, 'Compare it with the other screen.');
  return read;
}

/** One pairing, good for one try: whoever proved the code first is the other side, and when it ends a new code is needed. */
export class Pairing {
  readonly seed: Bytes;
  readonly room: { readonly room: Bytes; readonly key: Bytes };
  private step: PairingView['step'] = 'meet';
  private reason: PairingReason | null = null;
  private words: string[] | null = null;
  private yes = { mine: false, other: false };
  private link: PairLink | null = null;
  private readonly asked = new WeakSet<PairLink>();
  private readonly until: number;
  private readonly cancel: () => void;
  /** Of the host: what the new device committed to, its number's twin here, its keys once they are known, and its question that waits for a Yes. */
  private commit: Bytes | null = null;
  private readonly number: Bytes;
  private other: { readonly ds: Bytes; readonly dx: Bytes } | null = null;
  private waiting: PairAsked | null = null;
  private nbf = 0;

  constructor(private readonly parts: KernelParts, private readonly code: string, readonly keys: NewKeys | null) {
    const { clock, random } = parts.kernel.deps;
    this.seed = pairingSeed(code);
    this.room = { room: inviteRoom(this.seed), key: this.seed };
    this.number = random.bytes(32);
    this.until = clock.now() + KERNEL_LIMITS.pairingMs;
    this.cancel = clock.setTimer(KERNEL_LIMITS.pairingMs, () => this.end('timeout'));
    clock.setTimer(WATCH_MS, () => this.watch());
  }

  view(): PairingView {
    const { kernel } = this.parts;
    const host = this.keys === null;
    const online = kernel.network.signaling.some((server) => server.state === 'open');
    return {
      role: host ? 'host' : 'guest', code: host ? this.code : '', link: host ? encodePairingLink({ code: this.code, signaling: kernel.servers() }) : '',
      step: this.step, reason: this.reason, words: this.words, yes: { ...this.yes }, until: this.until, online,
    };
  }

  private isAdded(ds: Bytes): boolean {
    const { profile } = this.parts.kernel;
    return profile !== null && isLive(personalOf(this.parts.kernel)?.rights.view().state.persons.get(toBase64url(profile.uid)), toBase64url(ds));
  }

  /** To the screens of all tabs. */
  tell(): void {
    const { kernel } = this.parts;
    postNotice(kernel, { t: 'paired', view: this.view() });
    kernel.emit({ type: 'members' });
  }

  /** Ends it, where it is not over; the other side is told when a person, or what it said, ended it. */
  end(reason: PairingReason): void {
    const { kernel } = this.parts;
    if (!this.meets) return;
    if (this.other && this.isAdded(this.other.ds)) return this.finish('done', null);
    if (this.link && (reason === 'no' || reason === 'given-up' || reason === 'bad')) void this.link.ask('pair:no:v1', [], ASK_MS).catch(() => undefined);
    this.waiting?.answer('failed', [reason === 'no' || reason === 'given-up' ? 'no' : 'lost']);
    this.waiting = null;
    this.finish('ended', reason);
    // What is on its way out leaves first.
    kernel.deps.clock.setTimer(WATCH_MS, () => this.parts.link());
  }

  private finish(step: 'done' | 'ended', reason: PairingReason | null): void {
    this.step = step;
    this.reason = reason;
    this.cancel();
    this.link?.keep(false);
    this.tell();
  }

  /** A link that ends in between ends the pairing; of the host, the new device showing up ends it well. */
  private watch(): void {
    if (!this.meets) return;
    if (this.step !== 'adding' && this.link?.closed === true) return this.end('lost');
    if (this.step === 'adding' && this.other && this.isAdded(this.other.ds)) return this.finish('done', null);
    this.parts.kernel.deps.clock.setTimer(WATCH_MS, () => this.watch());
  }

  /** Is it under way? */
  get meets(): boolean {
    return this.step !== 'ended' && this.step !== 'done';
  }

  /** The person at this screen compared the words. */
  answer(yes: boolean): void {
    if (this.step !== 'compare') return;
    if (!yes) return this.end('no');
    if (this.yes.mine) return;
    this.yes.mine = true;
    this.tell();
    if (this.keys) void this.agree(this.keys).catch((error: unknown) => this.fail(error));
    else this.answerYes();
  }

  private fail(error: unknown): void {
    this.parts.kernel.fault('pairing', error);
    this.end('lost');
  }

  private async show(link: PairLink, facts: { host: Bytes; ds: Bytes; dx: Bytes; hostNumber: Bytes; number: Bytes }): Promise<void> {
    const { wordsOf } = await this.parts.kernel.deps.loadWords();
    if (this.step !== 'meet') return;
    this.words = wordsOf(pairingDigest({ seed: this.seed, hash: link.hash, ...facts }));
    this.step = 'compare';
    this.tell();
  }

  // ---- the new device --------------------------------------------------------------------------------------------

  onLink(link: PairLink): void {
    if (link.closed) return;
    if (!this.keys || this.step !== 'meet' || this.link || this.asked.has(link)) return;
    this.asked.add(link);
    void this.hello(link, this.keys).catch((error: unknown) => this.fail(error));
  }

  private async hello(link: PairLink, { ds, dx }: NewKeys): Promise<void> {
    const said = await this.ask(link, 'pair:hello:v1', [pairingProof(this.seed, link.hash), pairingCommit({ number: this.number, ds: ds.pub, dx: dx.pub })]);
    const hostNumber = bytesOf(said.parts?.[0], 32);
    // Somebody who does not know the code, or whose own pairing is over: the right one may still come.
    if (!hostNumber || this.link || this.step !== 'meet') return void (said.why === 'taken' && !this.link && this.end('taken'));
    this.link = link;
    link.keep(true);
    const opened = await this.ask(link, 'pair:open:v1', [this.number, dx.pub]);
    if (!opened.parts) return this.end(opened.why === 'no' ? 'other-no' : 'lost');
    await this.show(link, { host: link.device, ds: ds.pub, dx: dx.pub, hostNumber, number: this.number });
  }

  /** Yes was said here; when it was said there, the person is told and this device signs its part. */
  private async agree({ ds, dx, seeds }: NewKeys): Promise<void> {
    const link = must(this.link, 'link');
    const { kernel } = this.parts;
    const agreed = await this.ask(link, 'pair:yes:v1', [], Math.max(1, this.until - kernel.deps.clock.now()));
    const uid = bytesOf(agreed.parts?.[0], 32);
    const nbf = agreed.parts?.[1];
    if (this.step !== 'compare') return;
    if (!uid || typeof nbf !== 'number' || !Number.isSafeInteger(nbf) || nbf < 0) return this.end(agreed.why === 'no' ? 'other-no' : 'lost');
    this.yes.other = true;
    this.step = 'adding';
    this.tell();
    const { message } = deviceAddBody({ uid, ds: ds.pub, dx: dx.pub, nbf });
    const told = await this.ask(link, 'pair:sign:v1', [await kernel.deps.crypto.sign(ds, message)]);
    const person = told.parts && (await readPerson(kernel, told.parts[0]));
    const uidText = toBase64url(uid);
    if (!told.parts || !person || person.person.uid !== uidText || !isLive(person.person, toBase64url(ds.pub)) || !isLive(person.person, toBase64url(link.device))) return this.end('lost');
    const [, name, phraseAt, fileAt] = told.parts;
    const at = (value: CborValue | undefined): number | false => (typeof value === 'number' && value > 0 ? value : false);
    const rk = person.statements.flatMap(({ body }) => (body.kind === 0 || body.kind === 3 ? [body.rk] : [])).at(-1)!;
    const copied = { ds: await withCopies(kernel.deps, rk, { key: ds, seed: seeds.ds }), dx: await withCopies(kernel.deps, rk, { key: dx, seed: seeds.dx }) };
    this.finish('done', null);
    kernel.pairing = null;
    await becomePerson(this.parts, {
      uid, ...copied, name: typeof name === 'string' ? cutText(plainLine(name), KERNEL_LIMITS.nameChars) : '', statements: person.statements.map(({ bytes }) => bytes),
    }, { row: { pub: rk, backedUp: at(phraseAt) } satisfies RecoveryRow, fileAt: at(fileAt) });
    this.tell();
  }

  private async ask(link: PairLink, question: PairQuestion, payload: CborValue, timeoutMs: number = ASK_MS): Promise<{ parts: readonly CborValue[] | null; why: string }> {
    const answer = await link.ask(question, payload, timeoutMs);
    if (answer.state === 'completed') return { parts: listOf(tryDecodeCbor(must(answer.parts[0], 'payload')), 8, (item) => item) ?? [], why: '' };
    const why = answer.state === 'failed' ? tupleOf(answer.payload, 1)?.[0] : null;
    return { parts: null, why: typeof why === 'string' ? why : answer.state };
  }

  // ---- the device that has the person ----------------------------------------------------------------------------

  onAsked(link: PairLink, asked: PairAsked): void {
    void this.onQuestion(link, asked).catch((error: unknown) => {
      asked.answer('failed', ['lost']);
      this.fail(error);
    });
  }

  private async onQuestion(link: PairLink, asked: PairAsked): Promise<void> {
    if (asked.question === 'pair:hello:v1') return this.onHello(link, asked);
    if (this.link !== link) return asked.answer('failed', ['taken']);
    if (asked.question === 'pair:no:v1') {
      asked.answer('completed', []);
      return this.step === 'adding' ? undefined : this.end('other-no');
    }
    if (this.keys || !this.meets) return asked.answer('failed', ['no']);
    if (asked.question === 'pair:open:v1') return this.onOpen(link, asked);
    if (asked.question === 'pair:yes:v1') {
      if (this.step !== 'compare' || this.waiting) return asked.answer('failed', ['lost']);
      this.waiting = asked;
      this.yes.other = true;
      this.tell();
      return this.answerYes();
    }
    return this.onSign(asked);
  }

  private onHello(link: PairLink, asked: PairAsked): void {
    const told = tupleOf(asked.payload, 2);
    const proof = bytesOf(told?.[0], 32);
    const commit = bytesOf(told?.[1], 32);
    if (this.keys || !proof || !commit || !equalBytes(proof, pairingProof(this.seed, link.hash))) return asked.answer('failed', ['code']);
    // One try for a code: who comes second, or once more, is told.
    if (this.link || this.step !== 'meet') return asked.answer('failed', ['taken']);
    this.link = link;
    this.commit = commit;
    link.keep(true);
    asked.answer('completed', [this.number]);
  }

  private async onOpen(link: PairLink, asked: PairAsked): Promise<void> {
    const { profile } = this.parts.kernel;
    const told = tupleOf(asked.payload, 2);
    const number = bytesOf(told?.[0], 32);
    const dx = bytesOf(told?.[1], 32);
    if (this.other || !profile || !number || !dx || !this.commit || !equalBytes(this.commit, pairingCommit({ number, ds: link.device, dx }))) {
      asked.answer('failed', ['no']);
      return this.end('bad');
    }
    this.other = { ds: link.device, dx };
    asked.answer('completed', []);
    await this.show(link, { host: profile.ds.pub, ds: link.device, dx, hostNumber: this.number, number });
  }

  /** Both said Yes: now, and not before, the new device hears who it will be. */
  private answerYes(): void {
    const { profile } = this.parts.kernel;
    if (!this.yes.mine || !this.waiting || !profile) return;
    this.nbf = this.parts.kernel.time.now();
    this.step = 'adding';
    this.waiting.answer('completed', [profile.uid, this.nbf]);
    this.waiting = null;
    this.tell();
  }

  private async onSign(asked: PairAsked): Promise<void> {
    const { kernel } = this.parts;
    const { profile, deps: { crypto } } = kernel;
    const sig = bytesOf(tupleOf(asked.payload, 1)?.[0], 64);
    if (this.step !== 'adding' || !sig || !profile || !this.other) return asked.answer('failed', ['no']);
    const { body, message } = deviceAddBody({ uid: profile.uid, ...this.other, nbf: this.nbf });
    const add = signedStatement(body, [{ key: profile.ds.pub, sig: await crypto.sign(profile.ds, message) }, { key: this.other.ds, sig }]);
    const parsed = parseStatement(add);
    if (!parsed.ok || !(await verifyStatement(crypto, parsed.value)) || profile.statements.length >= MAX_JOIN_STATEMENTS || add.length > MAX_STATEMENT_BYTES) {
      asked.answer('failed', ['no']);
      return this.end('lost');
    }
    const kept = (await kernel.store.get('id/rk')) as RecoveryRow | undefined;
    const file = await kernel.store.get('id/key-file');
    asked.answer('completed', [[...profile.statements, add], profile.name, kept && kept.backedUp !== false ? kept.backedUp : 0, typeof file === 'number' ? file : 0]);
    // The new device asks for its spaces now, and is answered as one that comes back.
  }
}
