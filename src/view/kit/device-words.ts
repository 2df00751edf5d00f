/** Gives the catalogue the words about devices: whoever shows one of them imports this, so that nobody else loads them. */
import type { DeviceView } from '#os/api';
import { enDevices } from '#view/i18n/en-devices.ts';
import { ruDevices } from '#view/i18n/ru-devices.ts';
import { addWords, type I18n, type Key } from '#view/kit/i18n.tsx';
import { errorCode, errorText } from '#view/kit/error-words.ts';
import { RECOVERY_ERRORS } from '#view/kit/recovery-words.ts';

addWords({ en: enDevices, ru: ruDevices });

/** Codes that only these screens meet. */
export const DEVICE_ERRORS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['bad-code', 'error.badCode'], ['device-revoked', 'error.deviceRevoked'], ['no-device', 'error.deviceNone'], ['older-device', 'error.deviceOlder'], ['this-device', 'error.deviceThis'],
]);

/** A tab that keeps nothing may sleep, or be there without a link to this device; after so long without a word it counts as ended, ms. */
const ENDED_MS = 86_400_000;

/** Has a tab that kept nothing ended, as far as one can know? */
export const hasEnded = ({ fleeting, self, online, seenAt }: Pick<DeviceView, 'fleeting' | 'self' | 'online' | 'seenAt'>, now = Date.now()): boolean => fleeting && !self && !online && seenAt !== null && now - seenAt > ENDED_MS;

/** What to tell about a failed call of `api.devices`. */
export function deviceError(t: I18n['t'], error: unknown): string {
  const key = DEVICE_ERRORS.get(errorCode(error)) ?? RECOVERY_ERRORS.get(errorCode(error));
  return key ? t(key) : errorText(t, error, 'device.failed');
}
