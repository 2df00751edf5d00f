/**
 * The recovery key on this device (FORMATS 1): its entropy lies wrapped under the vault key until the words were checked back, then it is erased. Loaded when
 * somebody asks. Nothing here is logged, counted or told to other tabs.
 */
import { AppError } from '#base/app-error';
import type { Bytes } from '#base/bytes';
import { must } from '#base/assert';
import type { AeadKey } from '#ports/crypto';
import type { PhraseAnswer, RecoveryView } from '#os/recovery-api';
import { phraseOf, PHRASE_WORDS } from '#vm/protocol/phrase';
import type { RecoveryRow } from './profile.ts';
import type { Kernel } from './state.ts';

/** Words that must be checked back at once: fewer could be guessed from a glance. */
const CHECKED_WORDS = 4;

/** What this device knows of the key. AppError `no-identity` before the first run. */
export async function recoveryRow(kernel: Kernel): Promise<RecoveryRow> {
  if (kernel.loading) await kernel.loading;
  const row = (await kernel.store.get('id/rk')) as RecoveryRow | undefined;
  if (!kernel.profile || !row) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
  return row;
}

/** How well the key is kept. */
export async function recoveryStatus(kernel: Kernel): Promise<RecoveryView> {
  const { backedUp, wrapped } = await recoveryRow(kernel);
  const file = await kernel.store.get('id/key-file');
  return { phrase: wrapped ? 'here' : 'erased', checkedAt: backedUp === false ? null : backedUp, fileCheckedAt: typeof file === 'number' ? file : null };
}

/** Can the words be shown on this device? */
export async function keepsEntropy(kernel: Kernel): Promise<boolean> {
  return ((await kernel.store.get('id/rk')) as RecoveryRow | undefined)?.wrapped !== undefined;
}

/** Calls `use` with the entropy, and wipes it whatever comes of it. AppError `erased`. */
export async function withEntropy<T>(kernel: Kernel, row: RecoveryRow, use: (entropy: Bytes) => T | Promise<T>): Promise<T> {
  const { nonce, wrapped } = row;
  if (!nonce || !wrapped) throw new AppError('erased', 'The recovery phrase is not on this device any more: it was checked back.', 'What you wrote down is still good.', 'Look at what you wrote down.');
  const vault = must((await kernel.store.get('id/vault')) as AeadKey | undefined, 'vault');
  const entropy = must(await kernel.deps.crypto.open(vault, nonce, wrapped), 'the recovery key opens with the vault');
  try {
    return await use(entropy);
  } finally {
    entropy.fill(0);
  }
}

/** The 24 words. */
export async function showPhrase(kernel: Kernel): Promise<string[]> {
  return withEntropy(kernel, await recoveryRow(kernel), (entropy) => phraseOf(entropy).split(' '));
}

/** The places that are wrong; with none, the secret is gone from this device when this resolves. */
export async function checkPhrase(kernel: Kernel, answers: readonly PhraseAnswer[]): Promise<number[]> {
  const fit = Array.isArray(answers) && answers.every((one) => Number.isInteger(one?.at) && one.at >= 0 && one.at < PHRASE_WORDS && typeof one.word === 'string');
  if (!fit || new Set(answers.map(({ at }) => at)).size < CHECKED_WORDS) throw new AppError('bad-answers', `At least ${CHECKED_WORDS} different words are checked.`, 'Nothing was changed.', 'Ask for more words.');
  const row = await recoveryRow(kernel);
  const words = await withEntropy(kernel, row, (entropy) => phraseOf(entropy).split(' '));
  const wrong = answers.filter(({ at, word }) => word.trim().toLowerCase() !== words[at]).map(({ at }) => at);
  if (wrong.length === 0) {
    const { pub } = row;
    await kernel.store.commit({ origin: kernel.boot, records: [], values: [['id/rk', { pub, backedUp: kernel.deps.clock.now() } satisfies RecoveryRow]] });
  }
  return wrong;
}
