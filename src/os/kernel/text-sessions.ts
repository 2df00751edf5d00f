/**
 * Text edits become Yjs updates of a client id that only this writer uses: first 53 bits of SHA-256("lgos/yjs/1" ‖ writer ‖ salt), with a fresh salt
 * per opening (FORMATS 3, Yjs). The session edits the document that the graph shows; its update comes back as a text.update operation.
 */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { TextEdit } from '#os/graph-manager/operations';
import { KERNEL_LIMITS } from '#os/limits';
import { mergeTexts, newText, nextClock, spliceText, textLength } from '#vm/graph/text-edit';
import { scanUpdate } from '#vm/graph/update-scan';
import { yjsClientId } from '#vm/protocol/ids';
import { PRIMITIVE, type Operation } from '#vm/protocol/types';
import type { Fragment, Kernel, PendingOp } from './state.ts';

interface Session {
  readonly salt: Bytes;
  readonly client: number;
  announced: boolean;
  /** Clock of its next struct. */
  next: number;
  /** Stands in for the document of the graph until the first edit of a new text is applied. */
  fresh: ReturnType<typeof newText> | null;
}

export interface TextSessions {
  /** Edits the root text `text` of a node; UTF-16 units. AppError `bad-range` when the place is outside the text. */
  splice(fragment: Fragment, node: Bytes, at: number, remove: number, insert: string): TextEdit;
  /** Takes an update an editor made in its own copy. AppError `text-closed`: it has to begin anew with a fresh salt. */
  update(fragment: Fragment, node: Bytes, update: Uint8Array, salt: Uint8Array): TextEdit;
  /** The step with these updates is done, or was refused as a whole. */
  settle(done: boolean): void;
  /** The writer changed: every session starts anew. */
  reset(): void;
}


export function createTextSessions(kernel: Kernel): TextSessions {
  const sessions = new Map<string, Session>();
  /** Next clock of each client id that editors write under. */
  const clocks = new Map<string, number>();
  /** The same after the step that is being made. */
  const claimed = new Map<string, number>();
  const open = (key: string, writer: Bytes): Session => {
    const known = sessions.get(key);
    if (known) return known;
    if (sessions.size >= KERNEL_LIMITS.textSessions) sessions.delete(sessions.keys().next().value!);
    const salt = kernel.deps.random.bytes(16);
    const session = { salt, client: yjsClientId(writer, salt), announced: false, next: 0, fresh: null };
    sessions.set(key, session);
    return session;
  };
  return {
    splice(fragment, node, at, remove, insert) {
      const slot = kernel.slot;
      if (!slot) throw new AppError('not-ready', 'This tab has no place to write yet.');
      const id = toBase64url(node);
      const key = `${fragment.key}/${id}`;
      const held = fragment.graph.textDoc(id);
      // What the session wrote may be out of effect for now (parked, when mesh time fell): its clock would be used twice, and the later record be void.
      const known = sessions.get(key);
      if (known && nextClock(held ?? known.fresh, known.client) !== known.next) sessions.delete(key);
      const session = open(key, slot.writer);
      const doc = held ?? (session.fresh ??= newText());
      if (held) session.fresh = null;
      if (at < 0 || remove < 0 || at + remove > textLength(doc)) throw new AppError('bad-range', 'This place is outside the text.', 'Nothing was changed.', 'Read the text again.');
      if (remove === 0 && insert.length === 0) return { update: new Uint8Array(0), salt: null };
      const update = spliceText(doc, session.client, at, remove, insert);
      const salt = session.announced ? null : session.salt;
      session.announced = true;
      session.next = nextClock(doc, session.client);
      return { update, salt };
    },
    update(fragment, node, update, salt) {
      const id = toBase64url(node);
      const client = yjsClientId(kernel.slot!.writer, salt);
      const key = `${fragment.key}/${id}/${client}`;
      const known = claimed.get(key) ?? clocks.get(key);
      let next = known ?? nextClock(fragment.graph.textDoc(id), client);
      // The clocks of a client id go on without a gap in this log, or every peer finds the record void (FORMATS 3, Yjs).
      const ranges = next > 0 && known === undefined ? null : scanUpdate(update);
      for (const range of ranges ?? [null]) {
        if (range?.client !== client || range.clock !== next) throw new AppError('text-closed', 'This edit does not go on where this tab writes.', 'Nothing was changed.', 'Read the document again.');
        next += range.length;
      }
      claimed.set(key, next);
      return { update: update as Bytes, salt: known === undefined ? (salt as Bytes) : null };
    },
    settle(done) {
      if (done) for (const [key, next] of claimed) clocks.set(key, next);
      while (clocks.size > KERNEL_LIMITS.textSessions) clocks.delete(clocks.keys().next().value!);
      claimed.clear();
    },
    reset() {
      sessions.clear();
      clocks.clear();
    },
  };
}


const isText = (op: Operation): boolean => op.primitive === PRIMITIVE.textUpdate;

/** Neighbouring text updates of one node and one session become one (FORMATS 3: merged Yjs update); everything else stays as it is. */
export function mergeTextUpdates(pending: readonly PendingOp[]): PendingOp[] {
  const out: PendingOp[] = [];
  let run: PendingOp[] = [];
  let bytes = 0;
  const close = (): void => {
    if (run.length === 1) out.push(run[0]!);
    else if (run.length > 1) out.push(merged(run));
    run = [];
    bytes = 0;
  };
  for (const item of pending) {
    const first = run[0];
    const size = isText(item.op) ? (item.op.args[1] as Uint8Array).length : 0;
    const joins = first && run.length < KERNEL_LIMITS.textRun && bytes + size <= KERNEL_LIMITS.textRunBytes && isText(item.op) && item.op.args.length === 2 && toBase64url(item.op.args[0] as Uint8Array) === toBase64url(first.op.args[0] as Uint8Array);
    if (!joins) close();
    bytes += size;
    if (isText(item.op)) run.push(item);
    else out.push(item);
  }
  close();
  return out;
}

/** One update per run, in parts small enough for a record. */
function merged(run: readonly PendingOp[]): PendingOp {
  const last = run[run.length - 1]!;
  const update = mergeTexts(run.map((item) => item.op.args[1] as Uint8Array<ArrayBuffer>));
  const [node, , salt] = run[0]!.op.args;
  return { at: run[0]!.at, op: { ...last.op, args: salt === undefined ? [node!, update] : [node!, update, salt] } };
}
