/** The parts of the API that keep a person: recovery, devices, lock. What they do is loaded when somebody asks (api-facade.ts). */
import type { LifegraphApi } from '#os/api';
import type { KernelParts } from './kernel.ts';
import { postNotice } from './tab-notices.ts';

/** Asked for seldom: its code comes with the first question. */
export function recoveryApi(parts: KernelParts): LifegraphApi['recovery'] {
  const { kernel } = parts;
  const load = () => import('./recovery-key.ts');
  const loadFile = () => import('./key-file.ts');
  const searched = async (begin: () => Promise<void>): Promise<void> => {
    if (kernel.loading) await kernel.loading;
    await begin();
    // One way in at a time.
    kernel.pairing?.end('given-up');
    parts.link();
    postNotice(kernel, { t: 'profile' });
    kernel.emit({ type: 'spaces' });
  };
  return {
    returning: () => (kernel.returning === null ? null : kernel.returning.search ? 'looking' : kernel.returning.restored ? 'restored' : 'back'),
    status: async () => (await load()).recoveryStatus(kernel),
    phrase: async () => (await load()).showPhrase(kernel),
    check: async (answers) => (await load()).checkPhrase(kernel, answers),
    fromPhrase: (phrase, by) => searched(async () => (await import('./returns.ts')).searchByPhrase(kernel, phrase, by)),
    keyFile: async (passphrase, phrase) => new Blob([await (await loadFile()).makeKeyFile(kernel, passphrase, phrase)], { type: 'application/octet-stream' }),
    checkKeyFile: async (file, passphrase) => (await loadFile()).checkKeyFile(kernel, file, passphrase),
    fromKeyFile: (file, passphrase) => searched(async () => (await loadFile()).searchByFile(kernel, file, passphrase)),
    parts: async (act) => (await import('./key-parts.ts')).keyParts(parts, act),
    async finish() {
      if (kernel.profile?.restored) await (await import('./backup-restore.ts')).standByOneself(parts);
      await (await import('./returns.ts')).endSearch(kernel);
      parts.link();
      await parts.settleIn();
      postNotice(kernel, { t: 'profile' });
      kernel.emit({ type: 'spaces' });
    },
  };
}

/** Asked for seldom: its code comes with the first question. */
export function backupApi(parts: KernelParts): LifegraphApi['backup'] {
  const { kernel } = parts;
  const load = () => import('./backup-acts.ts');
  return {
    status: async () => (await load()).backupStatus(kernel),
    make: async (options) => (await load()).backUp(parts, options),
    verify: async (file, key) => (await load()).verifyBackup(kernel, file, key),
    restore: async (file, key) => (await import('./backup-restore.ts')).restoreBackup(parts, file, key),
    merge: async (file, key) => (await import('./backup-merge.ts')).mergeBackup(parts, file, key),
    tryKey: async (key) => (await load()).tryKey(kernel, key),
    cancel: async () => (await load()).cancelBackup(kernel),
  };
}

/** The devices of the person. */
export function devicesApi(parts: KernelParts): LifegraphApi['devices'] {
  const load = () => import('./device-acts.ts');
  return {
    pairing: async () => parts.kernel.pairing?.view() ?? parts.kernel.pairSeen,
    pair: () => parts.pair({ act: 'offer' }),
    pairWith: (text) => parts.pair({ act: 'take', text }),
    answerPairing: (yes) => parts.pair({ act: 'answer', yes }),
    endPairing: () => parts.pair({ act: 'end' }),
    list: async () => (await load()).listDevices(parts.kernel),
    rename: async (device, name) => (await load()).renameDevice(parts, device, name),
    revoke: async (device, phrase) => (await load()).revokeDevice(parts, device, phrase),
    unheld: async () => (parts.kernel.deps.fleeting ? (await import('./fleeting-acts.ts')).unheldHere(parts.kernel) + ((await parts.files?.unheld()) ?? 0) : 0),
    part: async () => parts.kernel.deps.fleeting === true && (await import('./fleeting-acts.ts')).partDevice(parts.kernel, parts.sealer),
  };
}

/** Asked for seldom: its code comes with the first question. */
export function lockApi(parts: KernelParts): LifegraphApi['lock'] {
  const { kernel } = parts;
  const load = () => import('./lock.ts');
  return {
    get: () => kernel.lock,
    status: async () => (await load()).lockStatus(kernel),
    set: async (options) => (await load()).setLock(parts, options),
    change: async (passphrase, next) => (await load()).changeLock(kernel, passphrase, next),
    remove: async (passphrase) => (await load()).removeLock(kernel, passphrase),
    setIdle: async (minutes) => (await load()).setIdle(kernel, minutes),
    setPasskey: async (passkey, passphrase) => (await load()).setPasskey(kernel, passkey, passphrase),
    now: async () => (await load()).lockNow(parts),
  };
}
