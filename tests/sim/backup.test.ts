/** The backup file (docs/PROTOCOL.md, Backup file): made, proven, restored into an empty profile, and what goes wrong with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, fromUtf8, toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { proveHere } from '#os/kernel/backup-proof';
import { BACKUP_PIECE_BYTES } from '#vm/backup-limits';
import { DRILL_AFTER_MS } from '#vm/backup-limits';
import { bytesOf, cutUp, endless, flipped, rewritten, whole } from '#tests/support/backup-forge';
import { anna, cryptoOf, note, PASSPHRASE, personalOf, phraseOf } from './support/backup-kit.ts';
import { lazyParts } from './support/lazy-parts.ts';
import { createSimWorld, type SimTab } from './support/sim-world.ts';
import { born, digest, equal, meet, noFaults, noForks, say, standing, texts, until } from './support/walks.ts';

const golden = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'golden', 'backup-1.json'), 'utf8')) as { phrase: string; passphrase: string; uid: string; spaces: { id: string; digest: string; texts: string[] }[]; file: string };

beforeAll(async () => void (await lazyParts()));

describe('{K15} a backup file and the way back with it', () => {
  test('everything of a person is in one file; an empty profile has equal seals from it, offline, as a new device', async () => {
    const m = await meet({ seed: 900, crypto: cryptoOf(900) }, ['anna', 'boris']);
    const { world, space } = m;
    const [a, b] = m.tabs as [SimTab, SimTab];
    for (let i = 0; i < 12; i++) await say(i % 2 === 0 ? a : b, space, `said ${i}`);
    const personal = personalOf(a);
    await say(a, personal, 'a note');
    await until(world, () => texts(a, space).length === 12 && texts(b, space).length === 12, 20_000, 'both have all');
    const phrase = await phraseOf(world, a);
    expect((await world.wait(a.api.backup.status())).state).toBe('never');
    const { file, report } = await world.wait(a.api.backup.make());
    expect(report.spaces.map(({ equal: same }) => same)).toEqual([true, true]);
    expect(await world.wait(a.api.backup.status())).toMatchObject({ state: 'made', spaces: 2, records: report.records, news: 0, running: null });
    const was = new Map([space, personal].map((one) => [one, digest(a, one)]));
    const device = toBase64url(a.running.parts.kernel.profile!.ds.pub);
    world.kill(a);
    b.offline(true);
    const back = await world.open(world.device('new'));
    const restored = await world.wait(back.api.backup.restore(file, { phrase }));
    expect(restored.spaces.map(({ equal: same }) => same)).toEqual([true, true]);
    expect(back.api.recovery.returning()).toBe('restored');
    for (const [one, digests] of was) expect(digest(back, one)).toBe(digests);
    expect(texts(back, personal)).toEqual(['a note']);
    expect(texts(back, space)).toHaveLength(12);
    expect(back.api.identity.get()!.uid).toBe(report.uid);
    expect(back.api.identity.get()!.device).not.toBe(device);
    await world.clock.run(10_000);
    // Nothing was written meanwhile.
    for (const [one, digests] of was) expect(digest(back, one)).toBe(digests);
    await world.wait(back.api.recovery.finish());
    expect(back.api.recovery.returning()).toBeNull();
    for (const one of [space, personal]) expect(standing(back, one)).toBe('member');
    await say(back, personal, 'another');
    await say(back, space, 'from the new device');
    await world.wait(back.api.saved());
    b.offline(false);
    await until(world, () => texts(b, space).includes('from the new device'), 120_000, 'boris reads the new device');
    await say(b, space, 'welcome back');
    await until(world, () => texts(back, space).includes('welcome back'), 20_000, 'and answers');
    await equal(world, [b, back], space);
    noForks([b.device, back.device]);
    noFaults([b, back]);
  });

  test('a person with nobody left: two new devices from one file write into the Personal space and find each other', async () => {
    const { world, tab, personal } = await anna(901);
    await say(tab, personal, 'a note');
    const phrase = await phraseOf(world, tab);
    const { file } = await world.wait(tab.api.backup.make());
    world.kill(tab);
    const one = await world.open(world.device('one'));
    const two = await world.open(world.device('two'));
    for (const back of [one, two]) {
      await world.wait(back.api.backup.restore(file, { phrase }));
      await world.wait(back.api.recovery.finish());
    }
    expect(one.api.identity.get()!.device).not.toBe(two.api.identity.get()!.device);
    await say(one, personal, 'from one');
    await say(two, personal, 'from two');
    await until(world, () => [one, two].every((back) => texts(back, personal).length === 3), 120_000, 'each has what the other wrote');
    await equal(world, [one, two], personal);
    // A start later the keys are there again, and what was written counts.
    world.kill(one);
    const again = await world.open(one.device);
    expect(texts(again, personal)).toEqual(['a note', 'from one', 'from two']);
    await say(again, personal, 'after a start');
    await until(world, () => texts(two, personal).includes('after a start'), 60_000, 'and goes on');
    noForks([one.device, two.device]);
    noFaults([again, two]);
  });

  test('a phone that is paired with the restored device is told of it by its own record', async () => {
    const { world, tab, personal } = await anna(902);
    await say(tab, personal, 'a note');
    const phrase = await phraseOf(world, tab);
    const { file } = await world.wait(tab.api.backup.make());
    world.kill(tab);
    const back = await world.open(world.device('back'));
    await world.wait(back.api.backup.restore(file, { phrase }));
    await world.wait(back.api.recovery.finish());
    await say(back, personal, 'from the new device');
    // Nobody but the restored device holds the record that brings it.
    const phone = await world.open(world.device('phone'));
    await world.wait(phone.api.recovery.fromPhrase(phrase));
    await until(world, () => texts(phone, personal).length === 2, 120_000, 'the phone has everything');
    await equal(world, [back, phone], personal);
    noFaults([back, phone]);
  });

  test('it opens by phrase, by key file and by a passphrase of its own, and says which it lacks', async () => {
    const { world, tab } = await anna(903);
    const words = await phraseOf(world, tab);
    const keyFile = await world.wait(tab.api.recovery.keyFile(PASSPHRASE));
    const plain = (await world.wait(tab.api.backup.make())).file;
    await expect(world.wait(tab.api.backup.verify(plain, { passphrase: PASSPHRASE }))).rejects.toMatchObject({ code: 'backup-no-passphrase' });
    await world.wait(tab.api.backup.verify(plain, { file: keyFile, passphrase: PASSPHRASE }));
    expect(await world.wait(tab.api.recovery.check([0, 1, 2, 3].map((at) => ({ at, word: words.split(' ')[at]! }))))).toEqual([]);
    // The words are gone from here: a file for the phrase needs nobody, one with a passphrase needs them.
    expect((await world.wait(tab.api.backup.status())).needsWords).toBe(true);
    await world.wait(tab.api.backup.verify((await world.wait(tab.api.backup.make())).file, { phrase: words }));
    await expect(world.wait(tab.api.backup.make({ passphrase: PASSPHRASE }))).rejects.toMatchObject({ code: 'erased' });
    await expect(world.wait(tab.api.backup.make({ passphrase: 'short', phrase: words }))).rejects.toMatchObject({ code: 'passphrase-weak' });
    const { file } = await world.wait(tab.api.backup.make({ passphrase: PASSPHRASE, phrase: words }));
    await expect(world.wait(tab.api.backup.verify(file, { passphrase: `${PASSPHRASE}.` }))).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect((await world.wait(tab.api.backup.status())).state).toBe('made');
    await world.wait(tab.api.backup.verify(file, { passphrase: PASSPHRASE }));
    expect(await world.wait(tab.api.backup.status())).toMatchObject({ state: 'kept', passphrase: true, drill: { by: 'backup', due: false } });
    // Half a year after the last proof it is time to try again.
    const { clock } = tab.running.parts.kernel.deps as { clock: { now(): number } };
    const now = clock.now.bind(clock);
    for (const [later, due] of [[DRILL_AFTER_MS - 3_600_000, false], [DRILL_AFTER_MS, true]] as const) {
      clock.now = () => now() + later;
      expect((await world.wait(tab.api.backup.status())).drill.due).toBe(due);
    }
    clock.now = now;
    world.kill(tab);
    const back = await world.open(world.device('back'));
    await world.wait(back.api.backup.restore(file, { passphrase: PASSPHRASE }));
    expect(await world.wait(back.api.backup.status())).toMatchObject({ state: 'kept', news: 0 });
    await expect(world.wait(back.api.backup.restore(file, { passphrase: PASSPHRASE }))).rejects.toMatchObject({ code: 'already' });
    await expect(world.wait(back.api.identity.create({ name: 'Somebody' }))).rejects.toMatchObject({ code: 'already' });
    noFaults([back]);
  });

  test('made after a start from snapshots it holds the same, also while what a snapshot does not tell is asked for', async () => {
    const { world, tab, personal } = await anna(905);
    for (let i = 0; i < 24; i++) await note(world, tab, personal, `note ${i}`);
    const metric = (of: SimTab, name: string): number => of.api.metrics()[`snapshots.${name}`] ?? 0;
    await until(world, () => metric(tab, 'made') > 0, 600_000, 'there is a snapshot');
    world.kill(tab);
    const again = await world.open(tab.device);
    expect(metric(again, 'opened')).toBeGreaterThan(0);
    const space = again.running.parts.kernel.spaces.get(personal)!;
    const [fragment] = [...space.fragments.values()].filter(({ log }) => log.away);
    expect(fragment).toBeDefined();
    const phrase = await phraseOf(world, again);
    for (const asked of [false, true]) {
      if (asked) fragment!.log.away!.asked = true;
      const { file, report } = await world.wait(again.api.backup.make());
      expect(report.spaces.every(({ equal: same }) => same)).toBe(true);
      await world.wait(again.api.backup.verify(file, { phrase }));
    }
    noFaults([again]);
  });

  test('in the file nothing can be read: no name, no text, no key', async () => {
    const { world, tab, personal } = await anna(904);
    await say(tab, personal, 'the canary of the mine');
    const bytes = await bytesOf((await world.wait(tab.api.backup.make())).file);
    const text = new TextDecoder('latin1').decode(bytes);
    const { kernel } = tab.running.parts;
    const space = kernel.spaces.get(personal)!;
    for (const word of ['canary', 'Anna', 'inception']) expect(text).not.toContain(word);
    for (const secret of [kernel.profile!.uid, space.id, space.keys.epochKey(space.rights.sealingEpoch()!)!]) expect(toBase64url(bytes)).not.toContain(toBase64url(secret).slice(4, 30));
    expect(text).toContain('lgos/backup');
    expect(fromUtf8(bytes.subarray(6, 17))).toBe('lgos/backup');
  });
});

describe('{K15} a backup file that is not as it was made is refused by name, and changes nothing', () => {
  test('[limit MAX_BACKUP_HEAD_BYTES MAX_BACKUP_PIECE_BYTES BACKUP_PIECE_BYTES] cut, flipped, swapped, left out, put in, another file\'s, another version\'s, no file, somebody else\'s', async () => {
    const { world, tab, personal } = await anna(910);
    for (let i = 0; i < 24; i++) await note(world, tab, personal, `${i} ${toBase64url(tab.running.parts.kernel.deps.random.bytes(28_000))}`);
    const phrase = await phraseOf(world, tab);
    const bytes = await bytesOf((await world.wait(tab.api.backup.make())).file);
    const other = cutUp(await bytesOf((await world.wait(tab.api.backup.make())).file));
    const boris = await world.open(world.device('boris'));
    await born(world, boris);
    const his = (await world.wait(boris.api.backup.make())).file;
    const parts = cutUp(bytes);
    // Neither end ever holds much of a file.
    expect(bytes.length).toBeGreaterThan(BACKUP_PIECE_BYTES + 120_000);
    for (const piece of parts.pieces) expect(piece.length).toBeLessThan(BACKUP_PIECE_BYTES + 100_000);
    const fresh = await world.open(world.device('fresh'));
    const before = await world.wait(tab.api.backup.status());
    const refused = async (file: Blob, code: string, what: string): Promise<void> => {
      await expect(world.wait(tab.api.backup.verify(file, { phrase })), what).rejects.toMatchObject({ code });
      await expect(world.wait(fresh.api.backup.restore(file, { phrase })), what).rejects.toMatchObject({ code });
    };
    const with_ = (change: (pieces: Bytes[]) => Bytes[]): Blob => whole({ head: parts.head, pieces: change([...parts.pieces]) });
    for (const at of [bytes.length - 1, bytes.length - 40, parts.head.length + 2, parts.head.length]) await refused(new Blob([bytes.subarray(0, at)]), 'backup-cut', `cut at ${at}`);
    await refused(with_((pieces) => pieces.slice(0, -1)), 'backup-cut', 'the last piece is gone');
    for (const at of [4 + 30, parts.head.length - 1]) await refused(flipped(bytes, at), 'backup-damaged', `head ${at}`);
    for (const at of [parts.head.length + 20, (parts.head.length + bytes.length) >> 1, bytes.length - 1]) await refused(flipped(bytes, at), 'backup-damaged', `flipped ${at}`);
    await refused(with_(([a, b, ...rest]) => [b!, a!, ...rest]), 'backup-damaged', 'two pieces changed places');
    await refused(with_(([a, , ...rest]) => [a!, ...rest]), 'backup-damaged', 'a piece is left out');
    await refused(with_(([a, b, ...rest]) => [a!, b!, b!, ...rest]), 'backup-damaged', 'a piece stands twice');
    await refused(with_(([a, ...rest]) => [other.pieces[0]!, ...rest.slice(0), a!]), 'backup-damaged', 'a piece of another file');
    await refused(new Blob([bytes, new Uint8Array(1)]), 'backup-damaged', 'something behind the end');
    await refused(endless(parts), 'backup-damaged', 'a piece without end');
    await refused(new Blob([Uint8Array.of(0, 255, 255, 255), bytes.subarray(4)]), 'backup-damaged', 'a head without end');
    await refused(new Blob([bytes.subarray(0, 17), Uint8Array.of(3), bytes.subarray(18)]), 'backup-newer', 'version 3');
    for (const none of [new Blob([]), new Blob(['{}']), new Blob([new Uint8Array(4_096)]), 'a file' as never]) await refused(none, 'backup-none', 'no backup');
    await refused(his, 'other-key', 'of somebody else');
    expect(fresh.api.identity.get()).toBeNull();
    expect(fresh.api.recovery.returning()).toBeNull();
    expect(await world.wait(tab.api.backup.status())).toEqual(before);
    // A control: the file itself is good, and the profile that refused all of these is still empty.
    await world.wait(fresh.api.backup.restore(new Blob([bytes]), { phrase }));
    expect(texts(fresh, personal)).toHaveLength(24);
    noFaults([tab, fresh]);
  });

  test('a file whose pieces all open and that does not come to what it says is red: a record short, a record changed, another sum', async () => {
    const { world, tab, personal } = await anna(911);
    for (let i = 0; i < 5; i++) await note(world, tab, personal, `note ${i}`);
    const phrase = await phraseOf(world, tab);
    const crypto = tab.running.parts.kernel.deps.crypto;
    const bytes = await bytesOf((await world.wait(tab.api.backup.make())).file);
    const changed = (change: (pieces: CborValue[][]) => CborValue[][]): Promise<Blob> => rewritten(crypto, bytes, phrase, change);
    const inLast = (pieces: CborValue[][], change: (piece: CborValue[]) => CborValue[], kind: number): CborValue[][] => {
      const at = pieces.findLastIndex((piece) => piece[0] === kind);
      return pieces.map((piece, i) => (i === at ? change(piece) : piece));
    };
    const short = await changed((pieces) => inLast(pieces, ([kind, fragment, records]) => [kind!, fragment!, (records as CborValue[]).slice(0, -1)], 2));
    await expect(world.wait(tab.api.backup.verify(short, { phrase }))).rejects.toMatchObject({ code: 'backup-differs' });
    const sum = await changed((pieces) => inLast(pieces, ([kind, list]) => [kind!, (list as CborValue[][]).map((one, i) => (i === 0 ? one : [one[0]!, one[1]!, one[2]!, new Uint8Array(32)]))], 3));
    await expect(world.wait(tab.api.backup.verify(sum, { phrase }))).rejects.toMatchObject({ code: 'backup-differs' });
    const forged = await changed((pieces) => inLast(pieces, ([kind, fragment, records]) => [kind!, fragment!, (records as Bytes[]).map((one, i) => (i === 0 ? Uint8Array.from(one, (byte, at) => (at === one.length - 1 ? byte ^ 1 : byte)) : one))], 2));
    await expect(world.wait(tab.api.backup.verify(forged, { phrase }))).rejects.toMatchObject({ code: 'backup-damaged' });
    // Restored all the same by somebody who has nothing better: what differs is told, and is not silent afterwards.
    const back = await world.open(world.device('back'));
    const report = await world.wait(back.api.backup.restore(short, { phrase }));
    expect(report.spaces.map(({ equal: same }) => same)).toEqual([false]);
    expect(texts(back, personal)).toHaveLength(4);
    // Control: written anew without a change it is good.
    await world.wait(tab.api.backup.verify(await changed((pieces) => pieces), { phrase }));
    noFaults([tab, back]);
  });

  test('a file that does not come to what is here is never handed out: the state is red until the next good one', async () => {
    let lie = false;
    const world = createSimWorld({ seed: 912, crypto: cryptoOf(912), mutate: (deps) => ({
      ...deps,
      // A disk that has lost a record without a word.
      store: Object.assign(Object.create(deps.store) as typeof deps.store, {
        // Nor does it give more than two rows at once.
        segments: async (rows: readonly number[]) => (await deps.store.segments(rows)).slice(0, 2).map((row) => (lie && row.arrival === Math.max(...rows) ? { ...row, records: [] } : row)),
      }),
    }) });
    const tab = await world.open(world.device('Anna'));
    await born(world, tab);
    for (let i = 0; i < 5; i++) await note(world, tab, personalOf(tab), `note ${i}`);
    lie = true;
    await expect(world.wait(tab.api.backup.make())).rejects.toMatchObject({ code: 'backup-differs' });
    expect(await world.wait(tab.api.backup.status())).toMatchObject({ state: 'differs', verifiedAt: null });
    lie = false;
    await world.wait(tab.api.backup.make());
    expect((await world.wait(tab.api.backup.status())).state).toBe('made');
    noFaults([tab]);
  });

  test('one at a time, and given up when the person says so; an older copy says nothing of a newer one', async () => {
    let hold = false;
    const { world, tab, personal } = await anna(913, (deps) => ({
      ...deps,
      prove: async (request, told, cancelled) => {
        while (hold && !cancelled()) await new Promise((next) => setTimeout(next, 1));
        return proveHere(deps)(request, told, cancelled);
      },
    }));
    await say(tab, personal, 'a note');
    const phrase = await phraseOf(world, tab);
    hold = true;
    const making = tab.api.backup.make();
    making.catch(() => undefined);
    while ((await world.wait(tab.api.backup.status())).running?.step !== 'reading') await world.clock.run(1);
    await expect(world.wait(tab.api.backup.verify(new Blob([]), { phrase }))).rejects.toMatchObject({ code: 'backup-busy' });
    await world.wait(tab.api.backup.cancel());
    await expect(world.wait(making)).rejects.toMatchObject({ code: 'backup-cancelled' });
    hold = false;
    expect(await world.wait(tab.api.backup.status())).toMatchObject({ state: 'never', running: null });
    const older = (await world.wait(tab.api.backup.make())).file;
    await say(tab, personal, 'another');
    await world.clock.run(1_000);
    expect((await world.wait(tab.api.backup.status())).news).toBe(1);
    await world.wait(tab.api.backup.make());
    const { verifiedAt } = await world.wait(tab.api.backup.status());
    await world.clock.run(1_000);
    await world.wait(tab.api.backup.verify(older, { phrase }));
    expect(await world.wait(tab.api.backup.status())).toMatchObject({ state: 'made', verifiedAt, drill: { by: 'backup' } });
    const nobody = await world.open(world.device('nobody'));
    await expect(world.wait(nobody.api.backup.make())).rejects.toMatchObject({ code: 'no-identity' });
    noFaults([tab, nobody]);
  });
});

describe('{K15} a file of version 1 stays readable', () => {
  test('the golden file opens by phrase and by passphrase, is proven, and an empty profile comes to the digests noted when it was made', async () => {
    for (const key of [{ phrase: golden.phrase }, { passphrase: golden.passphrase }]) {
      const world = createSimWorld({ seed: 930, crypto: cryptoOf(930) });
      const back = await world.open(world.device('back'));
      const report = await world.wait(back.api.backup.restore(new Blob([fromBase64url(golden.file)!]), key));
      expect(report).toMatchObject({ uid: golden.uid, name: 'Anna' });
      for (const { id, digest: noted, texts: said } of golden.spaces) {
        expect(report.spaces.find((space) => space.id === id)?.equal).toBe(true);
        expect(digest(back, id)).toBe(noted);
        expect(texts(back, id)).toEqual(said);
      }
      noFaults([back]);
    }
  });
});
