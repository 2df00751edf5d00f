/** Backups of the fake kernel. */
import type { BackupApi, BackupReport, BackupView } from '#os/api';

const refuse = (code: string): never => {
  throw Object.assign(new Error(code), { code, message: code, safe: '', next: '' });
};

/** A text in the file decides what comes of it. */
export function fakeBackup(person: () => { uid: string; name: string }, restored: (report: BackupReport) => void): { api: BackupApi; view: BackupView } {
  const view: BackupView = {
    state: 'never', madeAt: null, verifiedAt: null, readBackAt: null, bytes: 0, spaces: 0, records: 0, news: 214, passphrase: false, needsWords: false, running: null, differ: 0, drill: { at: null, by: null, due: false },
  };
  const report = (): BackupReport => ({ ...person(), at: Date.now(), records: 214, spaces: [{ id: 'a'.repeat(43), name: person().name, fragments: 3, records: 40, equal: true }, { id: 'b'.repeat(43), name: 'River Watch', fragments: 5, records: 174, equal: true }] });
  const read = async (file: Blob, passphrase: string | undefined): Promise<BackupReport> => {
    if (!(await file.text()).includes('a backup')) refuse('backup-damaged');
    if (passphrase?.includes('zebra')) refuse('wrong-passphrase');
    return report();
  };
  const now = (): number => Date.now();
  return {
    view,
    api: {
      status: async () => ({ ...view, drill: { ...view.drill } }),
      async make(options) {
        Object.assign(view, { state: 'made', madeAt: now(), verifiedAt: now(), readBackAt: null, bytes: 181_204, spaces: 2, records: 214, news: 0, passphrase: options?.passphrase !== undefined });
        return { file: new Blob(['a backup']), report: report() };
      },
      async verify(file, key) {
        const made = await read(file, 'passphrase' in key ? key.passphrase : undefined);
        Object.assign(view, { state: 'kept', verifiedAt: now(), readBackAt: now(), drill: { at: now(), by: 'backup', due: false } });
        return made;
      },
      async restore(file, key) {
        const made = await read(file, 'passphrase' in key ? key.passphrase : undefined);
        restored(made);
        return made;
      },
      merge: async (file, key) => ({ added: 12, report: await read(file, 'passphrase' in key ? key.passphrase : undefined) }),
      async tryKey(key) {
        if ('phrase' in key && key.phrase.includes('zebra')) refuse('phrase-word');
        view.drill = { at: now(), by: 'phrase' in key ? 'phrase' : 'file', due: false };
      },
      cancel: async () => undefined,
    },
  };
}
