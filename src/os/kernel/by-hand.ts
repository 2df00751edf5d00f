/**
 * A direct connection without any server (docs/PROTOCOL.md §15, By hand): this side's offer or answer is given over by people, as text or as a QR code. The wire
 * that comes of it is one like all others: handshake, channel binding and admission are those of every link. Runs in the tab that holds the links; the
 * others show it.
 */
import { AppError } from '#base/app-error';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { HandReason, HandView, NetAct } from '#os/net-acts-api';
import { WAY_LIMITS } from '#os/way-limits';
import { FOREIGN_CERTIFICATE, type Dialing, type Wire } from '#ports/wire';
import { LINK_LIMITS } from '#vm/limits';
import { HIDDEN, type ByHand } from '#vm/mesh/ways';
import { candidateLine, decodeHand, encodeHand, readDescription, writeDescription, type HandWord } from '#vm/protocol/hand-link';
import type { KernelParts } from './kernel.ts';
import type { Kernel } from './state.ts';
import { postNotice } from './tab-notices.ts';

type HandAct = Extract<NetAct, { act: `hand${string}` }>;

/** How often it is looked whether the handshake is over, ms. */
const WATCH_MS = 200;

/** What runs here, and what the tab with the links shows. */
const running = new WeakMap<Kernel, Hand>();
const seen = new WeakMap<Kernel, HandView>();

/** Does it here, or asks the tab that holds the links. AppError `bad-hand`, `newer-link`. */
export function handAct(parts: KernelParts, act: HandAct): HandView | null {
  const { kernel } = parts;
  const word = act.act === 'hand-take' ? readWord(act.text) : null;
  if (act.act === 'hand') return running.get(kernel)?.view() ?? seen.get(kernel) ?? null;
  if (!kernel.leader) {
    postNotice(kernel, { t: 'net', act });
    return seen.get(kernel) ?? null;
  }
  const hand = running.get(kernel);
  if (act.act === 'hand-end') hand?.end('given-up');
  else if (act.act === 'hand-go') hand?.go();
  else if (word?.kind === 'answer') takeAnswer(parts, hand, word);
  else begin(parts, hand, word);
  return running.get(kernel)?.view() ?? null;
}

/** How it stands in the tab with the links. */
export function handHeard(kernel: Kernel, view: HandView): void {
  seen.set(kernel, view);
}

function readWord(text: string): HandWord {
  const read = decodeHand(typeof text === 'string' ? text : '');
  if (read.ok) return read.value;
  if (read.error === 'version') throw new AppError('newer-link', 'This was made by a newer version.', 'Nothing was changed.', 'Reload to update.');
  throw new AppError('bad-hand', 'This is no offer and no answer of a connection by hand.', 'Nothing was changed.', 'Copy it once more, from its beginning to its end.');
}

function begin(parts: KernelParts, before: Hand | undefined, offer: HandWord | null): void {
  const { kernel } = parts;
  const mesh = kernel.paused ? undefined : kernel.replication?.byHand;
  const why = mesh === undefined ? 'offline' : offer === null ? null : refusalOf(kernel, mesh, offer);
  if (why !== null && before?.runs === true) return before.refuse(why);
  before?.end('given-up');
  const hand = new Hand(kernel, mesh, offer);
  running.set(kernel, hand);
  if (why !== null) hand.end(why);
  else hand.start();
}

function takeAnswer(parts: KernelParts, hand: Hand | undefined, answer: HandWord): void {
  const mesh = parts.kernel.replication?.byHand;
  const own = mesh !== undefined && equalBytes(mesh.session, answer.session);
  if (hand?.runs === true) return own ? hand.refuse('own') : hand.answered(answer);
  const over = new Hand(parts.kernel, mesh, null);
  running.set(parts.kernel, over);
  over.end(own ? 'own' : 'no-offer');
}

/** Why an offer cannot be answered. */
function refusalOf(kernel: Kernel, mesh: ByHand, offer: HandWord): HandReason | null {
  if (equalBytes(mesh.session, offer.session)) return 'own';
  if (Math.abs(kernel.time.now() - offer.made * 1_000) > WAY_LIMITS.handMs) return 'stale';
  return mesh.linked(offer.session) === null ? null : 'linked';
}

/** Why a link closed before it was open, for the person. */
function closeReason(code: string): HandReason {
  if (code === 'binding' || code === 'auth' || code === 'token' || code === 'hello') return 'altered';
  if (code === 'self') return 'own';
  if (code === 'duplicate' || code === 'replaced') return 'linked';
  return code === 'newer' || code === 'older' || code === 'full' ? code : 'lost';
}

function failReason(reason: string): HandReason {
  if (reason === FOREIGN_CERTIFICATE) return 'altered';
  return reason === HIDDEN || reason === 'unsupported' ? reason : 'no-way';
}

/** One connection by hand, from its offer or answer to its end. */
class Hand {
  private step: HandView['step'] = 'making';
  private reason: HandReason | null = null;
  private refused: HandReason | null = null;
  private link = '';
  private device: string | null = null;
  private until: number;
  private cancel: () => void = () => undefined;
  private dialing: Dialing | null = null;
  /** The other session, once it is known. */
  private other: Bytes | null;
  private readonly attempt: Bytes;
  /** Candidates of the offer that are held back. */
  private held: string[] = [];

  constructor(private readonly kernel: Kernel, private readonly mesh: ByHand | undefined, private readonly offer: HandWord | null) {
    this.until = kernel.deps.clock.now() + WAY_LIMITS.handMs;
    this.attempt = offer?.attempt ?? kernel.deps.random.bytes(8);
    this.other = offer?.session ?? null;
  }

  get runs(): boolean {
    return this.step !== 'done' && this.step !== 'ended';
  }

  view(): HandView {
    const { step, reason, refused, link, until, device } = this;
    return { role: this.offer === null ? 'offer' : 'answer', step, reason, refused, link, until, device };
  }

  start(): void {
    const { offer } = this;
    this.wait(WAY_LIMITS.handMakeMs, 'unsupported');
    this.dialing = this.mesh!.dial({
      initiator: offer === null, whole: true,
      onSignal: (data) => this.made(data),
      onOpen: (wire) => this.opened(wire),
      onFail: (reason) => this.end(failReason(reason)),
    });
    if (offer !== null) {
      // An engine that has candidates gives up within seconds, and people take minutes. Checks of the other end find this one without them.
      this.dialing.signal({ type: 'offer', sdp: writeDescription('offer', offer, false) });
      this.held = offer.candidates.map(candidateLine);
    }
    this.tell();
  }

  /** The engine has everything that this side gives over. */
  private made(data: unknown): void {
    const { kernel, offer } = this;
    const kind = offer === null ? 'offer' : 'answer';
    const { type, sdp } = data as { type?: unknown; sdp?: unknown };
    if (type !== kind || typeof sdp !== 'string' || this.step !== 'making') return;
    const way = readDescription(kind, sdp);
    if (way === null) return this.end('unsupported');
    if (way.candidates.length === 0) return this.end('no-way');
    const made = Math.floor(kernel.time.now() / 1_000);
    this.link = encodeHand({ ...way, kind, session: this.mesh!.session, attempt: this.attempt, made: offer?.made ?? made });
    this.stands('show');
  }

  answered(answer: HandWord): void {
    if (this.offer !== null || !equalBytes(answer.attempt, this.attempt) || this.step !== 'show') return this.refuse('no-offer');
    this.other = answer.session;
    this.dialing?.signal({ type: 'answer', sdp: writeDescription('answer', answer, true) });
    this.stands('linking');
  }

  /** Of who answers: the other side has the answer, so this one looks for ways out by itself too. */
  go(): void {
    if (this.offer === null || this.step !== 'show') return;
    for (const candidate of this.held.splice(0)) this.dialing?.signal({ type: 'candidate', candidate: { candidate, sdpMLineIndex: 0, sdpMid: '0' } });
    this.stands('linking');
  }

  private stands(step: 'show' | 'linking'): void {
    this.step = step;
    this.refused = null;
    if (step === 'show') this.wait(Math.max(0, this.until - this.kernel.deps.clock.now()), 'timeout');
    else this.wait(WAY_LIMITS.handLinkMs, 'no-way');
    this.tell();
  }

  /** The connection stands: the same handshake as on every wire follows. */
  private opened(wire: Wire): void {
    if (!this.runs || this.other === null) return wire.close('stale');
    const { close } = wire;
    // Whoever closes it before it is secure says why; the far end does not.
    wire.close = (code) => {
      if (this.runs) this.end(closeReason(code));
      close.call(wire, code);
    };
    wire.onClose = () => this.runs && this.end('lost');
    this.dialing = null;
    this.step = 'linking';
    this.wait(LINK_LIMITS.handshakeMs + WATCH_MS, 'lost');
    this.mesh!.attach(this.other, wire);
    this.tell();
    this.watch();
  }

  private watch(): void {
    if (!this.runs) return;
    const device = this.mesh!.linked(this.other!);
    if (device === null) return void this.kernel.deps.clock.setTimer(WATCH_MS, () => this.watch());
    this.device = toBase64url(device);
    this.finish('done', null);
  }

  /** What was handed in now is of no use; what runs goes on. */
  refuse(reason: HandReason): void {
    this.refused = reason;
    this.tell();
  }

  end(reason: HandReason): void {
    if (!this.runs) return;
    this.finish('ended', reason);
    this.dialing?.abort();
    this.dialing = null;
  }

  private finish(step: 'done' | 'ended', reason: HandReason | null): void {
    this.cancel();
    this.step = step;
    this.reason = reason;
    this.tell();
  }

  private wait(ms: number, reason: HandReason): void {
    this.cancel();
    this.cancel = this.kernel.deps.clock.setTimer(ms, () => this.end(reason));
  }

  /** To the screens of all tabs. */
  private tell(): void {
    postNotice(this.kernel, { t: 'net', act: { act: 'seen', view: this.view() } });
  }
}
