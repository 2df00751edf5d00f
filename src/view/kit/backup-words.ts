/** Gives the catalogue the words of backups: whoever makes, tries or restores one imports this. */
import { enBackup } from '#view/i18n/en-backup.ts';
import { ruBackup } from '#view/i18n/ru-backup.ts';
import { errorCode, errorText } from '#view/kit/error-words.ts';
import { addWords, type I18n, type Key } from '#view/kit/i18n.tsx';
import { RECOVERY_ERRORS } from '#view/kit/recovery-words.ts';

addWords({ en: enBackup, ru: ruBackup });

/** Codes that only these screens meet, besides those of words and key files. */
export const BACKUP_ERRORS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['backup-busy', 'error.backupBusy'], ['backup-cancelled', 'error.backupCancelled'], ['backup-cut', 'error.backupCut'], ['backup-damaged', 'error.backupDamaged'], ['backup-differs', 'error.backupDiffers'],
  ['backup-newer', 'error.backupNewer'], ['backup-none', 'error.backupNone'], ['backup-no-passphrase', 'error.backupNoPassphrase'], ['backup-unproven', 'error.backupUnproven'],
]);

/** What to tell about a failed call of `api.backup`. */
export function backupError(t: I18n['t'], error: unknown): string {
  const code = errorCode(error);
  const key = BACKUP_ERRORS.get(code) ?? RECOVERY_ERRORS.get(code);
  return key ? t(key) : errorText(t, error, 'backup.failed');
}
