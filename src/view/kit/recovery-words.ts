/** Gives the catalogue the words of the recovery screens: whoever shows one of them imports this, so that nobody else loads them. */
import { enRecovery } from '#view/i18n/en-recovery.ts';
import { ruRecovery } from '#view/i18n/ru-recovery.ts';
import { addWords, type I18n, type Key } from '#view/kit/i18n.tsx';
import { errorCode, errorText } from '#view/kit/error-words.ts';

addWords({ en: enRecovery, ru: ruRecovery });

/** Codes that only these screens meet. */
export const RECOVERY_ERRORS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['bad-answers', 'error.badAnswers'], ['erased', 'error.erased'],
  ['key-file', 'error.keyFile'], ['key-file-costly', 'error.keyFileCostly'], ['key-file-damaged', 'error.keyFileDamaged'], ['key-file-newer', 'error.keyFileNewer'],
  ['lock-old', 'error.lockOld'], ['lock-on', 'error.lockOn'], ['lock-unkept', 'error.lockUnkept'], ['no-lock', 'error.noLock'], ['wrong-lock', 'error.wrongLock'], ['wrong-passkey', 'error.wrongPasskey'], ['passkey-none', 'error.passkeyNone'], ['passkey-refused', 'error.passkeyRefused'],
  ['other-key', 'error.otherKey'], ['passphrase-weak', 'error.passphraseWeak'], ['wrong-passphrase', 'error.wrongPassphrase'],
  ['phrase-count', 'error.phraseCount'], ['phrase-word', 'error.phraseWord'], ['phrase-sum', 'error.phraseSum'],
]);

/** What to tell about a failed call of `api.recovery`. */
export function recoveryError(t: I18n['t'], error: unknown): string {
  const key = RECOVERY_ERRORS.get(errorCode(error));
  return key ? t(key) : errorText(t, error, 'recovery.failed');
}
