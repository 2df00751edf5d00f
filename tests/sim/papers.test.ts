/** Papers over production kernels with real signatures: certificates checked by a stranger who is in no space with anybody, and by the procedure of docs/PROTOCOL.md with Node's own Ed25519. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { concat, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import type { PaperAnswer, PaperAsk, PaperView } from '#os/api';
import { certificatePaper, confirmPaper, LEARN_LIMITS, readCertificate, saysTheSame, type Certificate } from '#domain/learn/course';
import { PAPER_LIMITS } from '#vm/paper-limits';
import { buildDeviceRevoke } from '#vm/protocol/identity';
import { encodePaperFile, parsePaper, readPaperFile, type PaperEntry } from '#vm/protocol/paper';
import { createNativeCrypto } from './support/native-crypto.ts';
import { createSeededRandom } from './support/sim-crypto.ts';
import type { SimTab } from './support/sim-world.ts';
import { born, meet } from './support/walks.ts';

beforeAll(async () => void (await import('#os/kernel/papers')));

const SAYS = { course: 'AAAA', title: 'Field basics', space: 'River', name: 'Boris', steps: 2, at: 5_000 };
const kernelOf = (tab: SimTab) => tab.running.parts.kernel;

async function signed(seed: number) {
  const { world, space, tabs } = await meet({ seed, crypto: (name) => createNativeCrypto(createSeededRandom(`papers-${name}`)) }, ['anna', 'boris']);
  const [anna, boris] = tabs as [SimTab, SimTab];
  // Dora is in no space with them.
  const dora = await world.open(world.device('dora'));
  await born(world, dora);
  const ask = (tab: SimTab, what: PaperAsk): Promise<PaperAnswer> => world.wait(tab.api.papers(what));
  const paper = (await ask(boris, { sign: certificatePaper(SAYS) })).paper!;
  const hash = toBase64url(parsePaper(fromBase64url(paper)!)!.hash);
  const confirmed = (await ask(anna, { sign: confirmPaper(hash, 'Anna', 6_000) })).paper!;
  const { file } = await ask(boris, { space, papers: [paper, confirmed] });
  return { world, space, anna, boris, dora, ask, paper, hash, confirmed, file: file as Bytes };
}

const entriesOf = (file: Bytes): readonly PaperEntry[] => readPaperFile(file) as readonly PaperEntry[];

/** The procedure of docs/PROTOCOL.md, with nothing of ours but CBOR: uids of those whose paper holds. */
function byTheBook(file: Bytes): string[] {
  const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  const holds = (key: Uint8Array, mark: string, body: Uint8Array, sig: Uint8Array): boolean => verify(null, Buffer.concat([Buffer.from(mark), sha(body)]), createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]), format: 'der', type: 'spki' }), sig);
  type Signed = [Uint8Array, [Uint8Array, Uint8Array][]];
  const [mark, entries] = decodeCbor(file) as unknown as [string, [Uint8Array[], Uint8Array][]];
  expect(mark).toBe('lgos/papers/1');
  return entries.flatMap(([statements, paper]) => {
    const keys = new Set<string>();
    const [body, [[ds, sig]]] = decodeCbor(paper) as unknown as [Uint8Array, [[Uint8Array, Uint8Array]]];
    const uid = (decodeCbor(body) as CborValue[])[1] as Uint8Array;
    for (const [at, statement] of statements.entries()) {
      const [said, signers] = decodeCbor(statement) as unknown as Signed;
      if (!signers.every(([key, one]) => holds(key, 'lgos/idn/1', said, one))) return [];
      const [kind, of, pair] = decodeCbor(said) as unknown as [number, Uint8Array, [Uint8Array, Uint8Array]];
      if (at === 0 ? kind !== 0 || !sha(said).equals(uid) : !Buffer.from(of).equals(uid)) return [];
      if (at === 0) for (const key of [of, pair[0]]) keys.add(toBase64url(key as Bytes));
      if (kind === 1 && keys.has(toBase64url(signers[0]![0] as Bytes))) keys.add(toBase64url(pair[0] as Bytes));
    }
    return keys.has(toBase64url(ds as Bytes)) && holds(ds, 'lgos/paper/1', body, sig) ? [toBase64url(uid as Bytes)] : [];
  });
}

test('{C6} a certificate in a file is checked by somebody in no space with anybody, and by the book with other software; any bit that is changed is told', async () => {
  const { anna, boris, dora, ask, file } = await signed(961);
  const [a, b] = [anna, boris].map((tab) => toBase64url(kernelOf(tab).profile!.uid)) as [string, string];
  expect(kernelOf(dora).spaces.size).toBe(1);
  const { papers, refused } = await ask(dora, { file });
  expect([refused, papers.map(({ uid, fault, gone }) => [uid, fault, gone])]).toEqual([null, [[b, null, false], [a, null, false]]]);
  expect(readCertificate(papers)).toMatchObject({ title: 'Field basics', steps: 2, left: 0, of: { uid: b, name: 'Boris', at: 5_000, words: (await ask(boris, { file })).own }, confirmed: [{ uid: a, name: 'Anna', at: 6_000 }] });
  expect(byTheBook(file)).toEqual([b, a]);
  // One bit here and there: the certificate as it stands is not read again.
  for (let at = 0; at < file.length; at += 71) {
    const forged = file.slice() as Bytes;
    forged[at]! ^= 1;
    const found = await ask(dora, { file: forged });
    const read = found.refused ?? readCertificate(found.papers);
    expect(typeof read === 'string' || read.confirmed.length === 0, `byte ${at}`).toBe(true);
  }
});

test('{C6} papers under another key, of another person, about something else, and of nobody known prove nothing', async () => {
  const { space, anna, boris, dora, ask, paper, hash, confirmed, file } = await signed(962);
  const [first, second] = entriesOf(file) as [PaperEntry, PaperEntry];
  const read = async (...entries: PaperEntry[]) => {
    const { papers, refused } = await ask(dora, { file: encodePaperFile(entries) });
    return refused ?? readCertificate(papers);
  };
  const [body] = decodeCbor(first.paper) as unknown as [Bytes];
  const { crypto, ds: mallory } = { crypto: kernelOf(dora).deps.crypto, ds: kernelOf(dora).profile!.ds };
  const message = concat('lgos/paper/1', createHash('sha256').update(body).digest());
  // Signed with Dora's key in Boris's name: nothing leads from that key to him; Boris's key named, it does not hold.
  expect(await read({ ...first, paper: encodeCbor([body, [[mallory.pub, await crypto.sign(mallory, message)]]]) })).toBe('person');
  expect(await read({ ...first, paper: encodeCbor([body, [[kernelOf(boris).profile!.ds.pub, await crypto.sign(mallory, message)]]]) })).toBe('signature');
  expect(await read({ ...first, statements: second.statements })).toBe('person');
  expect(await read({ ...first, statements: [] })).toBe('person');
  expect(await read(second)).toBe('other');
  // A confirmation of oneself, and one of another certificate.
  const own = { statements: first.statements, paper: fromBase64url((await ask(boris, { sign: confirmPaper(hash, 'Anna', 6_000) })).paper!)! };
  const other = { statements: second.statements, paper: fromBase64url((await ask(anna, { sign: confirmPaper(toBase64url(new Uint8Array(32)), 'Anna', 6_000) })).paper!)! };
  expect(await read(first, own, other)).toMatchObject({ confirmed: [], left: 2 });
  expect(await read(first, second, second)).toMatchObject({ confirmed: [{ name: 'Anna' }], left: 0 });
  // What a member wrote as their paper is left out of the file, and of junk none is made.
  const bundled = await ask(anna, { space, papers: [paper, toBase64url(encodeCbor([body, [[kernelOf(boris).profile!.ds.pub, new Uint8Array(64)]]])), 'junk', confirmed] });
  expect(bundled.papers).toHaveLength(2);
  expect((await ask(anna, { space, papers: ['junk', paper] })).refused).toBe('form');
  // A device that was taken away later is told, and undoes nothing.
  const profile = kernelOf(boris).profile!;
  const gone = await buildDeviceRevoke(crypto, { uid: profile.uid, by: profile.ds, ds: profile.ds.pub });
  expect(await read({ ...first, statements: [...first.statements, gone] })).toMatchObject({ of: { gone: true } });
});

test('[limit PAPER.bytes PAPER.textUnits PAPER.papers PAPER.fileBytes LEARN.paperUnits] files and words beyond the limits are refused or cut; nobody confirms what does not stand on their screen', async () => {
  const { boris, dora, ask, paper, file } = await signed(963);
  const [first] = entriesOf(file) as [PaperEntry];
  const code = (says: Record<string, string | number>, kind = 'example/note@1'): Promise<string> => ask(boris, { sign: { kind, says } }).then(() => 'signed', (error: { code: string }) => error.code);
  const long = 'w'.repeat(PAPER_LIMITS.textUnits);
  expect(await Promise.all([code({ text: long }), code({ text: `${long}w` }), code(Object.fromEntries([...'abcdefghijkl'].map((name) => [name, long]))), code({ at: -1 }), code({ At: 1 }), code(Object.fromEntries([['constructor', 1]])), code({}, 'note')])).toEqual(['signed', ...Array.from({ length: 6 }, () => 'bad-value')]);
  expect(parsePaper(new Uint8Array(PAPER_LIMITS.bytes + 1))).toBeNull();
  const many = (count: number) => ask(dora, { file: encodePaperFile(Array.from({ length: count }, () => ({ statements: [], paper: first.paper }))) });
  expect([(await many(PAPER_LIMITS.papers)).refused, (await many(PAPER_LIMITS.papers + 1)).refused]).toEqual([null, 'large']);
  expect((await ask(dora, { file: new Uint8Array(PAPER_LIMITS.fileBytes + 1) })).refused).toBe('large');
  for (const junk of [new Uint8Array(), new Uint8Array(PAPER_LIMITS.fileBytes), encodeCbor(['lgos/papers/1', []]), file.subarray(1), file.subarray(0, -1)]) expect((await ask(dora, { file: junk })).refused).toBe('form');
  expect(certificatePaper({ ...SAYS, title: 'w'.repeat(999) }).says['title']).toHaveLength(LEARN_LIMITS.paperUnits);
  const view: PaperView = (await ask(dora, { file })).papers[0]!;
  expect(readCertificate([{ ...view, says: { ...view.says, at: Number.MAX_SAFE_INTEGER, name: `a\n${'w'.repeat(999)}` } }])).toMatchObject({ of: { at: 8.64e15, name: expect.stringMatching(/^a w{1,198}$/) } });
  const one: Certificate = { id: 'x', of: view.uid, at: SAYS.at, steps: SAYS.steps, confirmed: [], edges: new Map(), paper, papers: [] };
  expect(saysTheSame(view, one, SAYS)).toBe(true);
  for (const [shown, here] of [[one, { ...SAYS, title: 'Surgery' }], [one, { ...SAYS, space: 'Hospital' }], [{ ...one, steps: 9 }, SAYS], [{ ...one, of: 'else' }, SAYS], [{ ...one, at: 1 }, SAYS]] as const) expect(saysTheSame(view, shown, here)).toBe(false);
  expect(saysTheSame({ ...view, fault: 'signature' }, one, SAYS)).toBe(false);
});
