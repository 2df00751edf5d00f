/**
 * The encrypted key file (docs/PROTOCOL.md, Key file; decisions/0027): made while the phrase is here or from the words typed in, read back once so that it
 * is known to be good, and the way back with it. Loaded when somebody asks. Passphrase and entropy are held by nobody afterwards.
 * Row `id/key-file`: apart from the row of the phrase, so that no mark of a file can bring back what another tab has just erased.
 */
import { AppError } from '#base/app-error';
import { equalBytes, type Bytes } from '#base/bytes';
import type { HeldKey } from '#os/lock-api';
import type { CryptoPort } from '#ports/crypto';
import { MAX_KEY_FILE_BYTES } from '#vm/key-file-limits';
import { recoverySeed } from '#vm/protocol/identity';
import { openKeyFile, parseKeyFile, sealKeyFile, type KeyFileFault } from '#vm/protocol/key-file';
import { checkPassphrase, typedPassphrase } from './passphrase.ts';
import { entropyOfWords } from './phrase-entropy.ts';
import { recoveryRow, withEntropy } from './recovery-key.ts';
import type { RecoveryRow } from './profile.ts';
import type { Kernel } from './state.ts';

const NONE = 'Nothing was changed.';
const FAULTS: Record<KeyFileFault, () => AppError> = {
  none: () => new AppError('key-file', 'This is no key file.', NONE, 'Choose the file that LifeGraph saved; its name ends in .lgkey.'),
  damaged: () => new AppError('key-file-damaged', 'This key file is cut off or was changed.', NONE, 'Look for another copy of it.'),
  newer: () => new AppError('key-file-newer', 'This key file was made by a newer version.', NONE, 'Reload LifeGraph to get the newer version.'),
  costly: () => new AppError('key-file-costly', 'This key file asks for more work than any key file needs.', NONE, 'Do not use it: it was not made by LifeGraph.'),
};

/** Is it the recovery key of the person here? AppError `other-key`. */
export async function checkOwn(crypto: CryptoPort, row: RecoveryRow, entropy: Bytes): Promise<void> {
  const { pub } = await crypto.importSigning(recoverySeed(entropy));
  if (!equalBytes(pub, row.pub)) throw new AppError('other-key', 'This is the key of somebody else.', NONE, 'Choose the file, or type the words, of the person who uses this browser.');
}

/** The bytes of a key file. Without the words as long as the phrase is here; AppError `erased` afterwards. */
export async function makeKeyFile(kernel: Kernel, passphrase: string, phrase?: string): Promise<Bytes> {
  const row = await recoveryRow(kernel);
  checkPassphrase(passphrase);
  const { crypto, random } = kernel.deps;
  const seal = (entropy: Bytes): Promise<Bytes> => sealKeyFile(crypto, passphrase, entropy, { salt: random.bytes(16), nonce: random.bytes(12) });
  if (phrase === undefined) return withEntropy(kernel, row, seal);
  const entropy = entropyOfWords(phrase);
  try {
    await checkOwn(crypto, row, entropy);
    return await seal(entropy);
  } finally {
    entropy.fill(0);
  }
}

/** What is in a file. AppError `key-file…`, `wrong-passphrase`. */
async function read(crypto: CryptoPort, file: Blob, passphrase: string): Promise<Bytes> {
  const fits = file instanceof Blob && file.size <= MAX_KEY_FILE_BYTES;
  const parsed = parseKeyFile(fits ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array(0));
  if (!parsed.ok) throw FAULTS[parsed.error]();
  const typed = typedPassphrase(passphrase);
  const entropy = typed === '' ? null : await openKeyFile(crypto, parsed.value, typed);
  if (!entropy) throw new AppError('wrong-passphrase', 'This passphrase does not open the file.', NONE, 'Type it as you did when you saved the file; capital letters and spaces count.');
  return entropy;
}

/** The entropy of the recovery key as the person has it. */
export function entropyOfKey(crypto: CryptoPort, key: HeldKey): Promise<Bytes> {
  return 'file' in key ? read(crypto, key.file, key.passphrase) : Promise.resolve().then(() => entropyOfWords(key.phrase));
}

/** A saved file is read back: from now on the key is known to be kept in it. */
export async function checkKeyFile(kernel: Kernel, file: Blob, passphrase: string): Promise<void> {
  const row = await recoveryRow(kernel);
  const { crypto } = kernel.deps;
  const entropy = await read(crypto, file, passphrase);
  try {
    await checkOwn(crypto, row, entropy);
  } finally {
    entropy.fill(0);
  }
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [['id/key-file', kernel.deps.clock.now()]] });
}

/** Begins to look for the person whose key is in the file. */
export async function searchByFile(kernel: Kernel, file: Blob, passphrase: string): Promise<void> {
  const entropy = await read(kernel.deps.crypto, file, passphrase);
  await (await import('./returns.ts')).beginSearch(kernel, entropy, 'file');
}
