/**
 * Parts of the recovery key at people (docs/PROTOCOL.md, Parts of the recovery key; decisions/0106): given sealed to each in a space that both are in, kept in their
 * Personal space, and handed to who asks from an empty browser, each by a person who compared the words. Loaded when somebody asks.
 */
import { AppError } from '#base/app-error';
import { must } from '#base/assert';
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { JsonValue, Op } from '#os/api';
import type { KeyPartHeld, KeyPartRefusal, KeyPartsAct, KeyPartsAsked, KeyPartsSet, KeyPartsView } from '#os/recovery-api';
import type { AgreementKey } from '#ports/crypto';
import { KEY_PARTS } from '#vm/key-part-limits';
import { answerText, askHash, askText, encodeKeyPart, keyHash, markOf, openAnswer, readAsk, readKeyPart, setOf, type KeyPart } from '#vm/protocol/key-parts';
import { recoverySeed } from '#vm/protocol/identity';
import { phraseOf } from '#vm/protocol/phrase';
import { checkOwn } from './key-file.ts';
import type { KernelParts } from './kernel.ts';
import { personalOf } from './own-devices.ts';
import { entropyOfWords } from './phrase-entropy.ts';
import { recoveryRow, withEntropy } from './recovery-key.ts';
import { bytesAt, keysIn, openPart, reportLines, sealPart } from './report-records.ts';
import { PART, personName, ROOT_KEY } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { checkOps, transact } from './transact.ts';
import { asBytes, wrapsFor } from './wraps.ts';

const NOTHING = 'Nothing was changed.';
/** In the Personal space: what was given to whom, and the part of each person that is kept. */
const GIVEN = 'recovery/parts@1';
const HELD = 'recovery/kept@1';
/** In an empty browser: the key that the request asks with, and the answers as they came. */
const ASKED_ROW = 'id/parts-asked';
interface AskedRow {
  readonly dx: AgreementKey;
  readonly answers: readonly string[];
}

/** The byte of a share that says its place in the set. */
const PLACE = 32;

const bad = (what: string, then: string): AppError => new AppError('bad-value', what, NOTHING, then);

/** Does what is asked; how everything stands after it. */
export async function keyParts(parts: KernelParts, act: KeyPartsAct | undefined): Promise<KeyPartsView> {
  const { kernel } = parts;
  if (kernel.loading) await kernel.loading;
  let more: Partial<KeyPartsView> = {};
  if (act && 'give' in act) await give(parts, act.give);
  else if (act && 'look' in act) more = await look(kernel, act.look);
  else if (act && 'answer' in act) more = await answer(parts, act.answer.id, act.answer.to);
  else if (act && 'ask' in act) await ask(kernel);
  else if (act && 'take' in act) more = { refused: await take(kernel, act.take) };
  else if (act && 'drop' in act) await drop(kernel, act.drop);
  else if (act && 'end' in act) await keepRow(kernel, undefined);
  if (kernel.profile && (await rowOf(kernel))) await keepRow(kernel, undefined);
  return { given: given(kernel), held: (await held(parts)).map(({ view }) => view), asked: await asked(kernel), words: null, key: null, answer: null, refused: null, ...more };
}

/** Cuts the key into as many parts as there are people, and writes each sealed to that person's devices. */
async function give(parts: KernelParts, { least, people, phrase }: Extract<KeyPartsAct, { give: unknown }>['give']): Promise<void> {
  const { kernel } = parts;
  const me = must(kernel.profile, 'profile').uid;
  const fits = Array.isArray(people) && people.length <= KEY_PARTS.people && Number.isInteger(least) && least >= 2 && least <= people.length;
  if (!fits || new Set(people.map(({ uid }) => uid)).size < people.length) throw bad('Two to sixteen people keep parts, and two of them or more bring somebody back.', 'Choose other numbers.');
  const to = people.map(({ space: id, uid }) => {
    const space = kernel.spaces.get(id);
    const devices = space?.standing === 'member' && uid !== toBase64url(me) ? space.rights.devicesOf(uid) : [];
    if (!space || devices.length === 0) throw new AppError('not-here', 'This person is not in the space.', NOTHING, 'Look at the list again.');
    return { space, uid, devices };
  });
  const personal = personalOf(kernel);
  if (!personal) throw new AppError('not-here', 'Your Personal space is not here.', NOTHING, 'Open another device of yours.');
  const made = await cut(kernel, { least, count: to.length, ...(phrase === undefined ? {} : { phrase }) });
  const ops: [Space, Op][] = [];
  for (const [at, { space, devices }] of to.entries()) {
    const rid = kernel.deps.random.bytes(16);
    const key = kernel.deps.random.bytes(32);
    const sealed = await sealPart(kernel, space, key, rid, [encodeKeyPart(made[at]!)]);
    const { eph, wraps } = await wrapsFor(kernel.deps.crypto, { space: space.id, epoch: rid, key, devices: devices.map(asBytes) });
    ops.push([space, { op: 'node.create', type: PART, props: { rid, eph, sealed, wraps: mixed(kernel, space, devices.map(({ ds }) => ds), wraps.map(({ device, wrap }) => [device, wrap])) } }]);
  }
  const names = to.map(({ space, uid }): JsonValue => [uid, personName(space, uid)]);
  ops.push([personal, { op: 'node.create', type: GIVEN, props: { least, people: names } }]);
  // All or none: what a space refuses is known before the first part goes, so that no half set takes the place of a whole one.
  for (const [space, op] of ops) checkOps(parts, space, [op], ROOT_KEY);
  for (const [space, op] of ops) transact(parts, space, [op], ROOT_KEY);
  for (const space of new Set(ops.map(([one]) => one))) await parts.sealer.flush(space);
}

/** With devices of others among them, under wraps that open nothing: who keeps a part is seen by nobody but them. */
export function mixed({ deps, profile }: Kernel, space: Space, own: readonly string[], wraps: readonly JsonValue[][]): JsonValue[][] {
  const tags = new Set(own);
  const mine = toBase64url(must(profile, 'profile').uid);
  const others = space.rights.view().devices.filter(({ ds, uid }) => !tags.has(ds) && uid !== mine).slice(0, KEY_PARTS.beside);
  const all = [...wraps, ...others.map(({ ds }): JsonValue[] => [must(fromBase64url(ds), 'ds').slice(0, 8), deps.random.bytes(48)])];
  // In the order of their tags, so that the order says nothing either.
  return all.sort(([a], [b]) => (toBase64url(a as Bytes) < toBase64url(b as Bytes) ? -1 : 1));
}

async function cut(kernel: Kernel, { least, count, phrase }: { least: number; count: number; phrase?: string }): Promise<KeyPart[]> {
  const row = await recoveryRow(kernel);
  const { uid } = must(kernel.profile, 'profile');
  const { split } = await library(kernel);
  const made = async (entropy: Bytes): Promise<KeyPart[]> => {
    const shares = await split(entropy, count, least);
    const marks = shares.map(markOf);
    return shares.map((share) => ({ uid, rk: row.pub, least, marks, share }));
  };
  if (phrase === undefined) return withEntropy(kernel, row, made);
  const entropy = entropyOfWords(phrase);
  try {
    await checkOwn(kernel.deps.crypto, row, entropy);
    return await made(entropy);
  } finally {
    entropy.fill(0);
  }
}

const library = async ({ deps }: Kernel) => must(deps.loadParts, 'parts of secrets')();

function given(kernel: Kernel): KeyPartsView['given'] {
  const source = personalOf(kernel)?.source;
  const [last] = source ? nodesOf(kernel, GIVEN).toSorted((a, b) => b.at - a.at) : [];
  if (!last) return null;
  const people = Array.isArray(last.props['people']) ? last.props['people'] : [];
  return { at: last.at, least: Number(last.props['least']), people: people.flatMap((one) => (Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string' ? [{ uid: one[0], name: one[1] }] : [])) };
}

function nodesOf(kernel: Kernel, type: string): { id: string; at: number; props: Readonly<Record<string, JsonValue>> }[] {
  const personal = personalOf(kernel);
  const graph = personal?.fragments.get(ROOT_KEY)?.graph;
  return [...(graph?.byType(type) ?? [])].flatMap((id) => {
    const view = personal!.source.view(ROOT_KEY, id);
    return view && !view.deleted ? [{ id, at: view.createdAt, props: view.props }] : [];
  });
}

interface Held {
  readonly part: KeyPart;
  readonly view: KeyPartHeld;
}

const setName = (part: KeyPart): string => toBase64url(setOf(part));

/** The newest part of each set, of so many sets of a person as are kept: a set that was given anew may never have come to enough people, and the one before it is still good. */
function newest(all: readonly Held[]): Held[] {
  const sets = new Map<string, Held>();
  for (const one of all.toSorted((a, b) => b.view.at - a.view.at)) {
    const set = setName(one.part);
    if (!sets.has(set)) sets.set(set, one);
  }
  const of = new Map<string, number>();
  return [...sets.values()].filter(({ view: { uid } }) => {
    of.set(uid, (of.get(uid) ?? 0) + 1);
    return of.get(uid)! <= KEY_PARTS.sets;
  });
}

/** The parts that this device can open: those in the Personal space, and those that came since, which are put there for the own other devices. */
async function held(parts: KernelParts): Promise<Held[]> {
  const { kernel } = parts;
  if (!kernel.profile) return [];
  const came = await arrived(kernel);
  const kept = new Map<Held, string>();
  for (const { id, at, props } of nodesOf(kernel, HELD)) {
    const part = readKeyPart(props['part'] as Bytes);
    if (part) kept.set(heldOf(part, Number(props['came']) || at, String(props['name'] ?? '')), id);
  }
  const out = newest([...kept.keys(), ...came]);
  const spare = [...kept].filter(([one]) => !out.includes(one));
  for (const found of out.filter((one) => !kept.has(one))) {
    const at = spare.findIndex(([one]) => one.view.uid === found.view.uid);
    keep(parts, found, at < 0 ? undefined : spare.splice(at, 1)[0]![1]);
  }
  return out.sort((a, b) => (a.view.name === b.view.name ? b.view.at - a.view.at : a.view.name < b.view.name ? -1 : 1));
}

/** Keeps what came by itself (part-keeper.ts). */
export async function keepArrived(parts: KernelParts): Promise<void> {
  await held(parts);
}

const heldOf = (part: KeyPart, at: number, name: string): Held => ({ part, view: { id: toBase64url(markOf(part.share)), uid: toBase64url(part.uid), name, at, least: part.least, of: part.marks.length } });

/** Of records of any space, those that this device opens and whose author they are of. */
async function arrived(kernel: Kernel): Promise<Held[]> {
  const out: Held[] = [];
  for (const space of kernel.spaces.values()) {
    const tried = new Map<string, number>();
    for (const line of reportLines(kernel, space).filter(({ type, heads }) => type === PART && heads !== null).toReversed()) {
      const rid = bytesAt(line.props, 'rid', 16);
      const n = tried.get(line.by) ?? 0;
      if (!rid || n >= KEY_PARTS.tried) continue;
      tried.set(line.by, n + 1);
      for (const key of await keysIn(kernel, space, line, rid)) {
        const part = readKeyPart((await openPart(kernel, space, key, rid, line.props.get('sealed')))?.[0]);
        if (!part || toBase64url(part.uid) !== line.by) continue;
        if (space.rights.view().state.persons.get(line.by)?.recoveryKeys.has(toBase64url(part.rk))) out.push(heldOf(part, line.at, personName(space, line.by)));
      }
    }
  }
  return newest(out);
}

/** So many nodes for each person as sets are kept: who sends parts without end takes no room. */
function keep(parts: KernelParts, { part, view }: Held, id: string | undefined): void {
  const personal = personalOf(parts.kernel);
  const props = { part: encodeKeyPart(part), name: view.name, came: view.at };
  if (!personal) return;
  try {
    transact(parts, personal, [id === undefined ? { op: 'node.create', type: HELD, props } : { op: 'node.set', id, props }], ROOT_KEY);
  } catch (error) {
    // Where nothing can be written now it is tried at the next look.
    if (!(error instanceof AppError)) throw error;
  }
}

async function wordsOf(kernel: Kernel, hash: Bytes): Promise<string[]> {
  const { wordsOf: four } = await kernel.deps.loadWords();
  // 66 bits: who would put a request of their own in its place has nothing to hold back and all the time there is.
  return [...four(hash), ...four(hash.subarray(16)).slice(0, 2)];
}

async function look(kernel: Kernel, text: string): Promise<Partial<KeyPartsView>> {
  const pub = readAsk(text);
  return pub ? { words: await wordsOf(kernel, askHash(pub)) } : { refused: 'form' };
}

/** The part that is kept, sealed to who asks. */
async function answer(parts: KernelParts, id: string, to: string): Promise<Partial<KeyPartsView>> {
  const { crypto, random } = parts.kernel.deps;
  const pub = readAsk(to);
  const found = (await held(parts)).find(({ view }) => view.id === id);
  if (!found) throw new AppError('not-here', 'This part is not on this device.', NOTHING, 'Look at the list again.');
  const text = pub && (await answerText(crypto, pub, found.part, { key: random.bytes(32), nonce: random.bytes(12) }));
  return text ? { words: await wordsOf(parts.kernel, askHash(pub)), key: await wordsOf(parts.kernel, keyHash(found.part)), answer: text } : { refused: 'form' };
}

const rowOf = async (kernel: Kernel): Promise<AskedRow | undefined> => (await kernel.store.get(ASKED_ROW)) as AskedRow | undefined;

const keepRow = (kernel: Kernel, row: AskedRow | undefined): Promise<unknown> => kernel.store.commit({ origin: kernel.boot, records: [], values: [[ASKED_ROW, row]] });

/** Begins to ask; a request that is out already stays. */
async function ask(kernel: Kernel): Promise<void> {
  if (kernel.profile) throw new AppError('already', 'This browser already has an identity.', 'It is untouched.', 'Use a new browser profile.');
  if (!(await rowOf(kernel))) await keepRow(kernel, { dx: await kernel.deps.crypto.generateAgreement(), answers: [] });
}

/** An answer as it came, sealed to the request, and the part in it. */
interface Answer {
  readonly text: string;
  readonly part: KeyPart;
}

async function opened(kernel: Kernel, row: AskedRow): Promise<Answer[]> {
  const all = await Promise.all(row.answers.map(async (text) => ({ text, part: await openAnswer(kernel.deps.crypto, row.dx, text) })));
  return all.filter((one): one is Answer => typeof one.part !== 'string');
}

async function take(kernel: Kernel, text: string): Promise<KeyPartRefusal | null> {
  const row = await rowOf(kernel);
  if (!row || kernel.profile) return 'elsewhere';
  const part = await openAnswer(kernel.deps.crypto, row.dx, text);
  if (typeof part === 'string') return part;
  // Of two with one place in a set nothing can be made; only who made the set up can give them.
  if ((await opened(kernel, row)).some((one) => setName(one.part) === setName(part) && one.part.share[PLACE] === part.share[PLACE])) return 'twice';
  // The oldest may be the good one: nobody's answer takes the place of another's.
  if (row.answers.length >= KEY_PARTS.people) return 'full';
  await keepRow(kernel, { dx: row.dx, answers: [...row.answers, text.replaceAll(/\s/g, '')] });
  return null;
}

/** The parts of one key go; the request stays. */
async function drop(kernel: Kernel, set: string): Promise<void> {
  const row = await rowOf(kernel);
  if (row) await keepRow(kernel, { dx: row.dx, answers: (await opened(kernel, row)).filter(({ part }) => setName(part) !== set).map(({ text }) => text) });
}

async function asked(kernel: Kernel): Promise<KeyPartsAsked | null> {
  const row = kernel.profile ? undefined : await rowOf(kernel);
  if (!row) return null;
  const have = (await opened(kernel, row)).map(({ part }) => part);
  const names = [...new Set(have.map(setName))];
  const sets = await Promise.all(names.map(async (id): Promise<KeyPartsSet> => {
    const first = must(have.find((part) => setName(part) === id), 'a part');
    return { id, words: await wordsOf(kernel, keyHash(first)), parts: have.flatMap((part, at) => (setName(part) === id ? [at + 1] : [])), least: first.least };
  }));
  // Whoever makes up a set can make it whole, for a key of their own: among several nobody chooses but the person, who asks those who gave the parts.
  return { text: askText(row.dx.pub), words: await wordsOf(kernel, askHash(row.dx.pub)), sets, phrase: sets.length === 1 && have.length >= sets[0]!.least ? await joined(kernel, have) : null };
}

/** The words, once they are those of the key that the parts name. */
async function joined(kernel: Kernel, have: readonly KeyPart[]): Promise<string[] | null> {
  const { combine } = await library(kernel);
  // It throws where shares cannot be of one secret.
  const entropy = await combine(have.map(({ share }) => share)).catch(() => null);
  if (!entropy) return null;
  const { pub } = await kernel.deps.crypto.importSigning(recoverySeed(entropy));
  const words = equalBytes(pub, have[0]!.rk) ? phraseOf(entropy).split(' ') : null;
  entropy.fill(0);
  return words;
}
