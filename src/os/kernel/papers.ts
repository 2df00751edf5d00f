/** Papers (docs/PROTOCOL.md): signed here, put into a file with what proves whose they are, and checked out of one. Nothing of a space is needed to check. */
import { AppError } from '#base/app-error';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { PaperAnswer, PaperAsk, PaperView } from '#os/papers-api';
import { toIdStatement } from '#os/rights/acl-record';
import { withStatement, type Person } from '#os/rights/identity-state';
import { MAX_JOIN_STATEMENTS } from '#vm/limits';
import { PAPER_LIMITS } from '#vm/paper-limits';
import { parseStatement, verifyStatement, type Statement, type StatementBody } from '#vm/protocol/identity';
import { buildPaper, encodePaperFile, parsePaper, readPaperFile, verifyPaper, type PaperEntry } from '#vm/protocol/paper';
import type { Kernel, Space } from './state.ts';

const NOTHING = 'Nothing was changed.';

/** Does what is asked. Rejects with `bad-value`, `no-identity`, `no-space`. */
export async function papers(kernel: Kernel, spaceOf: (id: string) => Space, ask: PaperAsk): Promise<PaperAnswer> {
  const own = kernel.profile && (await keyWords(kernel, kernel.profile.uid));
  if ('sign' in ask) return { paper: await sign(kernel, ask.sign), papers: [], refused: null, own };
  if ('space' in ask) return { ...(await bundle(kernel, spaceOf(ask.space), ask.papers)), own };
  const entries = ask.file instanceof Uint8Array ? readPaperFile(ask.file) : 'form';
  return typeof entries === 'string' ? { papers: [], refused: entries, own } : { ...(await look(kernel, entries)), own };
}

async function sign(kernel: Kernel, { kind, says }: Extract<PaperAsk, { sign: unknown }>['sign']): Promise<string> {
  const { profile } = kernel;
  if (!profile) throw new AppError('no-identity', 'There is no identity in this browser yet.', NOTHING, 'Choose a name first.');
  const bytes = await buildPaper(kernel.deps.crypto, { uid: profile.uid, kind, says }, profile.ds);
  if (!bytes) throw new AppError('bad-value', 'This cannot be signed as a paper.', NOTHING, 'Give a kind, and short texts and whole numbers by name.');
  return toBase64url(bytes);
}

/** 66 bits, as of a part of a recovery key: who wants a key with somebody else's words has all the time there is. */
async function keyWords(kernel: Kernel, uid: Bytes): Promise<string[]> {
  const { wordsOf } = await kernel.deps.loadWords();
  return [...wordsOf(uid), ...wordsOf(uid.subarray(16)).slice(0, 2)];
}

/** Those that hold, with the statements that the space has of their signers. */
async function bundle(kernel: Kernel, space: Space, texts: readonly string[]): Promise<Omit<PaperAnswer, 'own'>> {
  const found: PaperEntry[] = [];
  for (const text of texts.slice(0, PAPER_LIMITS.papers)) {
    const bytes = fromBase64url(text);
    const paper = bytes && parsePaper(bytes);
    if (paper) found.push({ statements: statementsOf(space, paper.uid), paper: bytes });
    else if (found.length === 0) return { papers: [], refused: 'form' };
  }
  const views = await Promise.all(found.map((entry) => viewOf(kernel, entry)));
  const held = found.filter((_, at) => views[at]?.fault === null);
  // Who confirms last is left out where the file would be too large.
  while (held.length > 1 && encodePaperFile(held).length > PAPER_LIMITS.fileBytes) held.pop();
  const first = views[0];
  if (!first || first.fault !== null) return { papers: first ? [first] : [], refused: first ? null : 'form' };
  return { file: encodePaperFile(held), papers: views.filter((view): view is PaperView => view?.fault === null).slice(0, held.length), refused: null };
}

/** Inception, recovery keys, devices, and which of them were taken away: in this order, as far as there is room. */
const ORDER = [0, 3, 1, 2] as const;

/** The statements of a person that count in the space: whoever puts in others of their name fills no file with them. Slots prove nothing here. */
function statementsOf(space: Space, uid: Bytes): Bytes[] {
  const person = space.rights.view().state.persons.get(toBase64url(uid));
  const counts = (body: StatementBody): boolean => {
    switch (body.kind) {
      case 0: return true;
      case 1: return person?.devices.has(toBase64url(body.ds)) ?? false;
      case 2: return person?.devices.get(toBase64url(body.ds))?.revoked ?? false;
      case 3: return person?.recoveryKeys.has(toBase64url(body.rk)) ?? false;
      case 4: return false;
    }
  };
  const found = new Map<string, Statement>();
  for (const { ops } of space.rights.acts()) for (const op of ops) {
    const statement = op.t === 'ident.attach' ? parseStatement(op.statement) : null;
    if (statement?.ok && equalBytes(statement.value.uid, uid) && counts(statement.value.body)) found.set(toBase64url(statement.value.bytes), statement.value);
  }
  return ORDER.flatMap((kind) => [...found.values()].filter(({ body }) => body.kind === kind)).map(({ bytes }) => bytes).slice(0, MAX_JOIN_STATEMENTS);
}

async function look(kernel: Kernel, entries: readonly PaperEntry[]): Promise<Omit<PaperAnswer, 'own'>> {
  const out: PaperView[] = [];
  for (const entry of entries) {
    const view = await viewOf(kernel, entry);
    if (!view) return { papers: [], refused: 'form' };
    out.push(view);
  }
  return { papers: out, refused: null };
}

async function viewOf(kernel: Kernel, { statements, paper: bytes }: PaperEntry): Promise<PaperView | null> {
  const paper = parsePaper(bytes);
  if (!paper) return null;
  const { crypto } = kernel.deps;
  const person = await personOf(kernel, paper.uid, statements);
  const device = person?.devices.get(toBase64url(paper.ds));
  const holds = await verifyPaper(crypto, paper);
  return {
    uid: toBase64url(paper.uid), device: toBase64url(paper.ds), words: await keyWords(kernel, paper.uid), kind: paper.kind, says: paper.says, hash: toBase64url(paper.hash),
    fault: !holds ? 'signature' : device === undefined ? 'person' : null, gone: device?.revoked ?? false,
  };
}

/** The person as these statements prove: each signed, all of this one. Null where one does not hold. */
async function personOf(kernel: Kernel, uid: Bytes, statements: readonly Bytes[]): Promise<Person | null> {
  let person: Person | undefined;
  for (const bytes of statements) {
    const statement = parseStatement(bytes);
    if (!statement.ok || !equalBytes(statement.value.uid, uid) || !(await verifyStatement(kernel.deps.crypto, statement.value))) return null;
    person = withStatement(person, toIdStatement(statement.value));
  }
  return person ?? null;
}
