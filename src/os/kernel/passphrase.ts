/** What a passphrase of a key file or of a lock must be. */
import { AppError } from '#base/app-error';
import { KERNEL_LIMITS } from '#os/limits';

/** AppError `passphrase-weak` for one that is soon guessed. */
export function checkPassphrase(passphrase: string): void {
  const chars = typeof passphrase === 'string' && passphrase.length <= KERNEL_LIMITS.passphraseUnits ? [...passphrase.normalize('NFKC')] : [];
  if (chars.length >= KERNEL_LIMITS.passphraseChars && new Set(chars).size >= KERNEL_LIMITS.passphraseKinds) return;
  throw new AppError('passphrase-weak', `A passphrase has at least ${KERNEL_LIMITS.passphraseChars} characters, ${KERNEL_LIMITS.passphraseKinds} of them different, and at most ${KERNEL_LIMITS.passphraseUnits}.`, 'Nothing was changed.', 'Take four or five words that have nothing to do with each other.');
}

/** A passphrase as typed into a form; '' for what can be none. */
export const typedPassphrase = (passphrase: unknown): string => (typeof passphrase === 'string' && passphrase.length <= KERNEL_LIMITS.passphraseUnits ? passphrase : '');
