/**
 * Comments on a document. A comment is a message in the document's fragment that answers the document (`replyTo` is the node of its text), a reply is one that
 * answers the comment: who may write messages there may comment. What it is about stands in `on`, a list of [block, first letter, last letter, words, lone].
 */
import { err, ok, type Result } from '#base/result';
import { withoutOverrides } from '#base/plain-text';
import type { JsonValue, NodeView, Op } from '#os/api';
import { MESSAGE, readMessage, sendMessage, type Message } from '#domain/chat';
import { refuse, textOf, THREAD_DEPTH_MAX, type Refusal } from '#domain/shared';
import type { Passage } from './model/passage.ts';
import { RESOLVE_VERB, textNodeOf } from './schema.ts';


export interface Comment {
  readonly message: Message;
  /** Empty: about the whole page. */
  readonly on: readonly Passage[];
  /** Dealt with: uid of who said so ('' when it is not known), else null. */
  readonly resolvedBy: string | null;
}

export interface CommentThread {
  readonly root: Comment;
  readonly replies: readonly Message[];
}

/** Passages that are read of one comment, and what one may hold: more than is ever written. */
const PASSAGES_READ = 64;
const WORDS_READ = 1_000;
const EDGE_BYTES = 64;
/** The id of a block, or that of a cell: three ids. */
const ID_UNITS = 160;

/** A new comment; `on` nothing is about the whole page. */
export function sendComment(fragment: string, draft: { text: string; mentions: string[]; on: readonly Passage[] }): Result<Op[], Refusal> {
  const made = sendMessage({ text: draft.text, mentions: draft.mentions, replyTo: textNodeOf(fragment) });
  if (!made.ok || draft.on.length === 0) return made;
  const on: JsonValue = draft.on.map(({ block, first, last, words, lone }) => [block, first, last, words, lone]);
  return ok(made.value.map((op) => (op.op === 'node.create' ? { ...op, props: { ...op.props, on } } : op)));
}

/** Says that a comment is dealt with, or takes that back. */
export function resolveComment({ message, resolvedBy }: Comment, resolved: boolean): Result<Op[], Refusal> {
  if (message.newer) return err(refuse('newer'));
  if (resolved === (resolvedBy !== null)) return err(refuse('no-change'));
  return ok([{ op: 'node.set', id: message.id, props: { resolved }, verb: RESOLVE_VERB }]);
}

function readComment(node: NodeView): Comment | null {
  const message = readMessage(node);
  if (!message) return null;
  const resolved = node.props['resolved'] === true;
  const said = node.setBy?.['resolved'];
  return { message, on: readPassages(node.props['on']), resolvedBy: !resolved ? null : ((said === undefined ? message.by : said) ?? '') };
}

/** Passages out of what a peer wrote; what is none is left out. */
function readPassages(value: JsonValue | undefined): Passage[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, PASSAGES_READ).flatMap((one) => {
    if (!Array.isArray(one)) return [];
    const [block, first, last, words, lone] = one;
    const edges = [first, last].every((edge) => edge instanceof Uint8Array && edge.length <= EDGE_BYTES);
    if (typeof block !== 'string' || block.length > ID_UNITS || !edges) return [];
    return [{ block, first: first as Uint8Array, last: last as Uint8Array, words: withoutOverrides(textOf(words, WORDS_READ) ?? ''), lone: lone === true }];
  });
}

/** What the comment of a node is about. */
export const passagesOf = (node: NodeView): Passage[] => readPassages(node.props['on']);

/** All messages of a document as threads, the oldest first. What answers something that is not here is a thread of its own: nothing said is lost. */
export function commentThreads(nodes: Iterable<NodeView>): CommentThread[] {
  const all = new Map([...nodes].flatMap((node) => {
    const comment = node.type === MESSAGE ? readComment(node) : null;
    return comment ? [[node.id, comment] as const] : [];
  }));
  const replies = new Map<string, Message[]>();
  for (const { message } of [...all.values()].sort((a, b) => (a.message.stamp < b.message.stamp ? -1 : 1))) {
    const root = rootOf(message, all);
    const list = replies.get(root);
    if (root === message.id) replies.set(root, list ?? []);
    else if (list) list.push(message);
    else replies.set(root, [message]);
  }
  const threads = [...replies].map(([id, list]) => ({ root: all.get(id)!, replies: list.filter((reply) => !reply.deleted) }));
  return threads.filter(({ root, replies: rest }) => !root.message.deleted || rest.length > 0).sort((a, b) => (a.root.message.stamp < b.root.message.stamp ? -1 : 1));
}

/** The message a thread begins with; of a ring the smallest id. */
function rootOf(message: Message, all: ReadonlyMap<string, Comment>): string {
  const seen = new Set<string>([message.id]);
  let at = message;
  for (let depth = 0; depth < THREAD_DEPTH_MAX; depth++) {
    const above = at.replyTo === null ? undefined : all.get(at.replyTo)?.message;
    if (!above) break;
    if (seen.has(above.id)) return [...seen].sort()[0]!;
    seen.add(above.id);
    at = above;
  }
  return at.id;
}
