/** What is read of a key file (docs/PROTOCOL.md, Key file). */
/** A key file (110 bytes in version 1). */
export const MAX_KEY_FILE_BYTES = 1024;
/** PBKDF2 rounds of a key file: fewest (and what is written), and most that are read: about 3 s of a desktop machine, 20 of a slow phone. */
export const KEY_FILE_ROUNDS = 600_000;
export const MAX_KEY_FILE_ROUNDS = 10_000_000;
