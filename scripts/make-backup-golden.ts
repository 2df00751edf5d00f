/**
 * Makes a backup file of the version of today for tests/golden (docs/PROTOCOL.md, Backup file), by the kernel itself: a Personal and a Team space, two people. Run by
 * hand when a version is new: `npx tsx scripts/make-backup-golden.ts 2`. A golden file that is there is never written over: it stands for files that people have.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64url } from '#base/bytes';
import { createNativeCrypto } from '#tests/sim/support/native-crypto';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';
import { digest, meet, say, texts } from '#tests/sim/support/walks';
import { lazyParts } from '#tests/sim/support/lazy-parts';

const PASSPHRASE = 'seven boats under the bridge';
const file = join(import.meta.dirname, '..', 'tests', 'golden', `backup-${process.argv[2] ?? '1'}.json`);
if (existsSync(file)) throw new Error(`${file} is there already and stays as it is`);
await lazyParts();
const { world, tabs: [anna, boris], space } = await meet({ seed: 1, crypto: (name) => createNativeCrypto(createSeededRandom(`golden-${name}`)) }, ['Anna', 'Boris']);
const personal = [...anna!.running.parts.kernel.spaces.values()].find(({ key }) => key !== space)!.key;
await say(anna!, personal, 'a note of mine');
for (const text of ['мост', 'river', '🌱']) {
  await say(text === 'river' ? boris! : anna!, space, text);
  await world.clock.run(3_000);
}
const phrase = (await world.wait(anna!.api.recovery.phrase())).join(' ');
const made = await world.wait(anna!.api.backup.make({ passphrase: PASSPHRASE }));
const golden = {
  phrase, passphrase: PASSPHRASE, uid: made.report.uid,
  spaces: [personal, space].map((id) => ({ id, digest: digest(anna!, id), texts: texts(anna!, id) })),
  file: toBase64url(new Uint8Array(await made.file.arrayBuffer())),
};
writeFileSync(file, `${JSON.stringify(golden, null, 1)}\n`);
process.exit(0);
