/**
 * Coming back with the recovery key alone (docs/PROTOCOL.md, Coming back). The returning device asks who it is (`person:find:v1`) and becomes that person by a
 * device.add of the recovery key; then it asks for its spaces (`person:return:v1`). Whoever answers writes that statement into each space they share,
 * with the key, in one record, and opens these spaces to it. Loaded when somebody comes.
 */
import { AppError } from '#base/app-error';
import { concat, equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { type CborValue } from '#base/cbor';
import { plainLine } from '#base/plain-text';
import { KERNEL_LIMITS, MAX_STATEMENTS_PER_PERSON } from '#os/limits';
import type { KeyValue } from '#ports/record-store';
import { toIdStatement } from '#os/rights/acl-record';
import { isLive, withStatement, type Person } from '#os/rights/identity-state';
import { isBeacon } from '#os/rights/public-links';
import { decodeAclOp, type AclOp } from '#vm/protocol/acl-operation';
import { buildDeviceAdd, parseStatement, recoverySeed, verifyStatement, type Statement } from '#vm/protocol/identity';
import { bytesOf, listOf, tupleOf } from '#vm/replication/payloads';
import type { ReturnAnswer, ReturnLink, ReturnQuestion } from '#vm/replication/returns';
import { MAX_JOIN_STATEMENTS, MAX_STATEMENT_BYTES } from '#vm/limits';
import { shareFor } from './accept.ts';
import { claimRow, lend } from './claims.ts';
import { newAgreement, newSigning } from './device-keys.ts';
import { entropyOfWords } from './phrase-entropy.ts';
import type { Profile, RecoveryRow } from './profile.ts';
import type { KeptEntropy, ReturnParts, ReturnRow } from './return-host.ts';
import { ACL_KEY, personName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

/** What RK signs to show itself on a link. */
const findMessage = (hash: Bytes): Bytes => concat('lgos/find/1', hash);

/** Begins to look for the person whose recovery phrase this is. AppError as of the words, and `already`. */
export async function searchByPhrase(kernel: Kernel, phrase: string, by?: 'parts'): Promise<void> {
  await beginSearch(kernel, entropyOfWords(phrase), by === 'parts' ? 'parts' : 'phrase');
}

/** Begins to look for the person of this recovery key, whose entropy is wiped. AppError `already`. */
export async function beginSearch(kernel: Kernel, entropy: Bytes, by: 'phrase' | 'file' | 'parts'): Promise<void> {
  const { crypto, clock } = kernel.deps;
  const rk = await crypto.importSigning(recoverySeed(entropy));
  const kept = by === 'parts' ? await wrapped(kernel, entropy) : undefined;
  entropy.fill(0);
  const row: ReturnRow = { since: clock.now(), search: { rk, by, ds: await newSigning(kernel.deps, rk.pub), dx: await newAgreement(kernel.deps, rk.pub), ...(kept && { kept }) } };
  if (kernel.profile || (await kernel.store.get('id/profile'))) throw new AppError('already', 'This browser already has an identity.', 'It is untouched.', 'Use a new browser profile.');
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [['id/return', row]] });
  kernel.returning = row;
}

/** Under a key that cannot be exported: it becomes the vault key of who is back. */
async function wrapped({ deps: { crypto, random } }: Kernel, entropy: Bytes): Promise<KeptEntropy> {
  const [vault, nonce] = [await crypto.generateAead(), random.bytes(12)];
  return { vault, nonce, wrapped: await crypto.seal(vault, nonce, entropy) };
}

/** Asks one link; the spaces it opens to us. */
export async function askLink(parts: ReturnParts, link: ReturnLink): Promise<readonly Bytes[] | null> {
  const { kernel } = parts;
  const search = kernel.returning?.search;
  if (search) return void (await findMyself(parts, search, link)), null;
  if (!kernel.profile) return null;
  const answer = await link.ask('person:return:v1', [[...kernel.profile.statements]]);
  const spaces = answer.state === 'completed' ? listOf(tupleOf(answer.parts[0]!, 1)?.[0], KERNEL_LIMITS.returnSpaces, (item) => bytesOf(item, 32)) : null;
  return spaces && takeSpaces(kernel, spaces, link.device);
}

/** Spaces that the other device says we share: they are ours when their acl says so, and have a place until then if there is one. */
async function takeSpaces(kernel: Kernel, spaces: readonly Bytes[], device: Bytes): Promise<readonly Bytes[]> {
  const rows: KeyValue[] = [];
  const taken: Bytes[] = [];
  for (const id of spaces) {
    const known = kernel.spaces.get(toBase64url(id));
    if (known?.standing === 'left' || (!known && !lend(kernel, id, device))) continue;
    taken.push(id);
    if (!known) rows.push(claimRow(id, device));
  }
  if (rows.length > 0) void kernel.store.commit({ origin: kernel.boot, records: [], values: rows }).then(() => kernel.emit({ type: 'spaces' }), (error: unknown) => kernel.fault('return', error));
  return taken;
}

async function findMyself(parts: ReturnParts, search: NonNullable<ReturnRow['search']>, link: ReturnLink): Promise<void> {
  const { kernel } = parts;
  const { crypto } = kernel.deps;
  const answer = await link.ask('person:find:v1', [search.rk.pub, await crypto.sign(search.rk, findMessage(link.hash))]);
  const told = answer.state === 'completed' ? tupleOf(answer.parts[0]!, 2) : null;
  const known = await readPerson(kernel, told?.[0]);
  if (!known || !known.person.recoveryKeys.has(toBase64url(search.rk.pub)) || kernel.returning?.search !== search) return;
  const [inception] = known.statements.filter(({ body }) => body.kind === 0);
  if (!inception) return;
  const { ds, dx } = search;
  const add = await buildDeviceAdd(crypto, { uid: inception.uid, by: search.rk, ds, dx: dx.pub, nbf: kernel.time.now() });
  const rotations = known.statements.filter(({ body }) => body.kind === 3);
  const name = typeof told?.[1] === 'string' ? Array.from(plainLine(told[1])).slice(0, KERNEL_LIMITS.nameChars).join('') : '';
  await becomePerson(parts, { uid: inception.uid, ds, dx, name, statements: [inception, ...rotations].map(({ bytes }) => bytes).concat(add) });
}

/** The person of this device from now on, in one transaction; a tab of the same browser may have been quicker. */
export async function becomePerson(parts: ReturnParts, profile: Profile, told?: { readonly row: RecoveryRow; readonly fileAt: number | false }): Promise<void> {
  const { kernel } = parts;
  const release = await kernel.deps.tabs.tryLock('lgos/first-run');
  if (!release) return;
  try {
    if (await kernel.store.get('id/profile')) return;
    const row: ReturnRow = { since: kernel.returning?.since ?? kernel.deps.clock.now() };
    const search = kernel.returning?.search;
    const now = kernel.deps.clock.now();
    // What brought the person here is known to be good. A search begun by an earlier version was by words.
    const byFile = search?.by === 'file';
    const { vault, ...entropy }: Partial<KeptEntropy> = search?.kept ?? {};
    // Words that parts made were seen, not checked back: they can be shown again until they are.
    const checked = byFile || search?.by === 'parts' ? false : now;
    const byPairing: KeyValue[] = told ? [['id/rk', told.row], ...(told.fileAt === false ? [] : [['id/key-file', told.fileAt] as const])] : [];
    const kept: KeyValue[] = search ? [['id/rk', { ...entropy, pub: search.rk.pub, backedUp: checked } satisfies RecoveryRow], ...(byFile ? [['id/key-file', now] as const] : [])] : [];
    await kernel.store.commit({
      origin: 'profile', records: [],
      values: [['id/profile', profile], ['id/vault', vault ?? (await kernel.deps.crypto.generateAead())], ['id/return', row], ['id/parts-asked', undefined], ...kept, ...byPairing],
    });
    kernel.returning = row;
  } finally {
    release();
  }
  await parts.adopt(profile);
}

/** Statements of one person, all signed; null when something is wrong with them. */
export async function readPerson(kernel: Kernel, value: CborValue | undefined): Promise<{ person: Person; statements: readonly Statement[] } | null> {
  const list = listOf(value, MAX_JOIN_STATEMENTS, (item) => (item instanceof Uint8Array && item.length <= MAX_STATEMENT_BYTES ? (item.slice() as Bytes) : null));
  const statements: Statement[] = [];
  let person: Person | undefined;
  for (const bytes of list ?? []) {
    const parsed = parseStatement(bytes);
    if (!parsed.ok || !(await verifyStatement(kernel.deps.crypto, parsed.value))) return null;
    if (statements[0] && !equalBytes(parsed.value.uid, statements[0].uid)) return null;
    statements.push(parsed.value);
    person = withStatement(person, toIdStatement(parsed.value));
  }
  return person ? { person, statements } : null;
}

/** Spaces in which this person has a say now. */
const mine = (kernel: Kernel): Space[] => [...kernel.spaces.values()].filter((space) => space.standing === 'member' && kernel.profile !== null && space.rights.roleOf(kernel.profile.uid) !== null);

/** The answer of a device that knows the person; null when it does not. */
export async function answerLink(parts: ReturnParts, question: ReturnQuestion, payload: Bytes, link: Pick<ReturnLink, 'hash' | 'device'>): Promise<ReturnAnswer | null> {
  if (parts.kernel.loading) await parts.kernel.loading;
  return question === 'person:find:v1' ? answerFind(parts.kernel, payload, link) : answerReturn(parts, payload, link);
}

async function answerFind(kernel: Kernel, payload: Bytes, link: Pick<ReturnLink, 'hash'>): Promise<ReturnAnswer | null> {
  const asked = tupleOf(payload, 2);
  const rk = bytesOf(asked?.[0], 32);
  const sig = bytesOf(asked?.[1], 64);
  if (!rk || !sig || !kernel.admits(rk) || !(await kernel.deps.crypto.verify(rk, sig, findMessage(link.hash)))) return null;
  for (const space of mine(kernel)) {
    const { members, state } = space.rights.view();
    for (const uid of members.keys()) {
      if (state.persons.get(uid)?.recoveryKeys.has(toBase64url(rk)) === true) return { payload: [statementsOf(space, uid), personName(space, uid)], recovery: rk, opens: [] };
    }
  }
  return null;
}

/** Inception and rotations of a person as the acl of the space holds them. */
function statementsOf(space: Space, uid: string): Bytes[] {
  const out: Bytes[] = [];
  for (const { ops } of space.fragments.get(ACL_KEY)!.log.applied()) {
    for (const { primitive, args } of ops) {
      const op = decodeAclOp(primitive, args);
      const statement = op?.t === 'ident.attach' ? parseStatement(op.statement) : null;
      if (statement?.ok && toBase64url(statement.value.uid) === uid && (statement.value.body.kind === 0 || statement.value.body.kind === 3)) out.push(statement.value.bytes);
    }
  }
  return out.slice(0, MAX_JOIN_STATEMENTS);
}

/** Joins by hand of the same device must not write it twice. */
let answering: Promise<unknown> = Promise.resolve();

async function answerReturn(parts: ReturnParts, payload: Bytes, link: Pick<ReturnLink, 'device'>): Promise<ReturnAnswer | null> {
  const { kernel } = parts;
  const told = await readPerson(kernel, tupleOf(payload, 1)?.[0]);
  const add = told?.statements.find(({ body }) => (body.kind === 0 || body.kind === 1) && equalBytes(body.ds, link.device));
  if (!told || !add || (add.body.kind !== 0 && add.body.kind !== 1)) return null;
  const uid = toBase64url(add.uid);
  // The first device of a person was never added: what the person was made with names it.
  const by = add.body.kind === 1 ? toBase64url(add.signers[0]!.key) : null;
  const device = { ds: add.body.ds, dx: add.body.dx };
  const work = answering.then(async () => {
    const opens: Bytes[] = [];
    for (const space of mine(kernel)) {
      const person = space.rights.memberOf(uid) ? space.rights.view().state.persons.get(uid) : undefined;
      // By the recovery key, or for this very person by an own device, as pairing does.
      const own = equalBytes(add.uid, kernel.profile!.uid);
      // A beacon asks by its first device, which the acl names: it is served what it keeps (RIGHT34).
      const keeps = isBeacon(space.rights.view(), uid) && person?.devices.has(toBase64url(device.ds)) === true;
      if (!person || (by === null ? !own && !keeps : !person.recoveryKeys.has(by) && !(own && isLive(person, by)))) continue;
      const known = person.devices.has(toBase64url(device.ds));
      // Taken away again: the key that brought it back does not open anything any more.
      if (known && !isLive(person, toBase64url(device.ds))) continue;
      // Of a person with so many statements another has no effect: nobody is made to write acts without end.
      if (!known && person.statements.length >= MAX_STATEMENTS_PER_PERSON) continue;
      if (!known) await parts.sealer.writeAcl(space, [{ t: 'ident.attach', statement: add.bytes } satisfies AclOp, ...(await shareFor(kernel, space, [device], space.rights.memberOf(uid)))]);
      opens.push(space.id);
    }
    return opens;
  });
  answering = work.catch(() => undefined);
  const opens = await work;
  return opens.length > 0 ? { payload: [opens], recovery: add.signers[0]!.key, opens } : null;
}

/** All is here, or what is missing will not come: the search ends. */
export async function endSearch(kernel: Kernel): Promise<void> {
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [['id/return', undefined]] });
  kernel.returning = null;
}
