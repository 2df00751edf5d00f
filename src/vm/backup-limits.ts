/** Caps of a backup file (docs/PROTOCOL.md, Backup file). */
/** The head of a backup file that is read, bytes (about 260 are written with a passphrase). */
export const MAX_BACKUP_HEAD_BYTES = 2_048;
/** Records are gathered into pieces of at least so many bytes; the greatest piece that is read: one record more, and what frames them. Neither end ever holds more of a file than a few of these. */
export const BACKUP_PIECE_BYTES = 524_288;
export const MAX_BACKUP_PIECE_BYTES = 8_388_608;
/** After so long without a try, ms (183 days), a person is reminded to try whether words or file still open their identity. No source names a figure for keys like these; it is our choice. */
export const DRILL_AFTER_MS = 15_811_200_000;
