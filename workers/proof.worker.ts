/** A throw-away kernel that opens and replays one backup file, or tries one key, says what came of it, and is ended. Wiring only. */
import { AppError } from '#base/app-error';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import type { FromProof, ToProof } from '#boot/prove';
import { freezeRealm } from '#boot/realm';
import { proveHere } from '#os/kernel/backup-proof';

const say = (message: FromProof): void => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<ToProof>) => {
  freezeRealm();
  const prove = proveHere({ clock: createSystemClock(), crypto: createWebCrypto(crypto.subtle), random: createWebRandom(crypto) });
  prove(data, (progress) => say({ progress }), () => false).then((report) => say({ report }), (error: unknown) => {
    say({ error: error instanceof AppError ? error.toJSON() : { code: 'backup-unproven', message: `The check could not run: ${String(error)}`, safe: 'Nothing was changed.', next: 'Try again, or reload the page.' } });
  });
});
