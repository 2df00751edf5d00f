/** An import from the first look at what was given to the documents that came of it, and their way back. */
import { useEffect, useRef, useState } from 'react';
import type { SpaceView } from '#os/api';
import { deleteDocument, titleFrom } from '#domain/editor';
import { ImportFault, type Note, type VaultFound } from '#domain/editor/files';
import type { DirectoryEntry } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { faultWords } from '#view/kit/import-words.ts';
import { useKernel } from '#view/kit/kernel.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { isVault, type Given } from './given.ts';
import { leavesOut } from './import-report.tsx';
import { Importer, writeDocument, writeVault } from './importer.ts';

/** Of these more is lost than of text: the file itself stays beside its document. */
const KEPT = /\.(?:pdf|docx)$/i;

/** How far it is. */
export type ImportState =
  | { readonly at: 'choose'; readonly fault: string | null }
  | { readonly at: 'reading' | 'writing'; readonly name: string; readonly done: number; readonly total: number }
  | { readonly at: 'locked'; readonly file: File; readonly fault: string }
  | { readonly at: 'done'; readonly documents: readonly DirectoryEntry[]; readonly notes: readonly Note[] }
  | { readonly at: 'report'; readonly documents: readonly DirectoryEntry[]; readonly found: VaultFound };

/** What the dialog does with it. */
export interface ImportActs {
  readonly state: ImportState;
  take(given: () => Promise<Given>, password?: string): void;
  cancel(): void;
  open(): void;
  takeBack(): void;
}

/** The state of one dialog. */
export function useImport(space: SpaceView, onClose: () => void): ImportActs {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const { show, undo } = useMade(space, onClose);
  const [state, setState] = useState<ImportState>({ at: 'choose', fault: null });
  const running = useRef<Importer | null>(null);
  useEffect(() => () => running.current?.close(), []);
  const titleOf = (title: string): string => titleFrom(title) || t('import.untitled');
  const one = async (file: File, password: string | undefined, importer: Importer): Promise<void> => {
    const found = await importer.read(file, password);
    setState({ at: 'writing', name: file.name, done: 0, total: 0 });
    const document = await writeDocument(api, space.id, titleOf(found.title), importer, (done, total) => setState({ at: 'writing', name: file.name, done, total }), KEPT.test(file.name) ? file : undefined, found.fields, found.files);
    if (found.notes.length > 0) setState({ at: 'done', documents: [document], notes: found.notes });
    else show([document]);
  };
  const many = async (given: Given, importer: Importer): Promise<void> => {
    const found = await importer.vault(given.name, 'files' in given ? given.files : given.file);
    setState({ at: 'writing', name: given.name, done: 0, total: 0 });
    const hrefOf = (fragment: string): string => formatRoute({ space: space.id, lens: 'documents', object: fragment });
    const left = [...found.left];
    const along = { files: found.pages.map(({ files }) => files), left: (path: string, { fault, facts }: ImportFault) => void left.push({ path, fault: { code: fault, facts } }) };
    const documents = await writeVault(api, space.id, found.pages.map(({ title }) => titleOf(title)), hrefOf, importer, (done, total) => setState({ at: 'writing', name: given.name, done, total }), along);
    const told = { ...found, left };
    if (leavesOut(told)) setState({ at: 'report', documents, found: told });
    else show(documents);
  };
  const failed = (given: Given | null, error: unknown): void => {
    if (!(error instanceof ImportFault)) return setState({ at: 'choose', fault: errorText(t, error, 'import.failed') });
    const fault = faultWords(i18n, error.fault, error.facts);
    const locked = error.fault === 'locked' || error.fault === 'wrong-password';
    setState(locked && given && 'file' in given ? { at: 'locked', file: given.file, fault } : { at: 'choose', fault: `${fault} ${t('import.nothing')}` });
  };
  const take = (get: () => Promise<Given>, password?: string): void => {
    if (running.current) return;
    let given: Given | null = null;
    const importer = new Importer((done, total) => setState({ at: 'reading', name: given?.name ?? '', done, total }), api.files !== undefined);
    running.current = importer;
    const run = async (): Promise<void> => {
      given = await get();
      setState({ at: 'reading', name: given.name, done: 0, total: 0 });
      await ('file' in given && !isVault(given) ? one(given.file, password, importer) : many(given, importer));
    };
    run()
      .catch((error: unknown) => {
        if (running.current === importer) failed(given, error);
      })
      .finally(() => {
        importer.close();
        if (running.current === importer) running.current = null;
      });
  };
  const cancel = (): void => {
    const importer = running.current;
    running.current = null;
    importer?.close();
    onClose();
  };
  const made = state.at === 'done' || state.at === 'report' ? state.documents : [];
  return { state, take, cancel, open: () => show(made), takeBack: () => (undo(made), onClose()) };
}

/** What is done with the documents that came: the first is shown; one act takes all of them away. */
function useMade(space: SpaceView, onClose: () => void): { show(made: readonly DirectoryEntry[]): void; undo(made: readonly DirectoryEntry[]): void } {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const undo = (made: readonly DirectoryEntry[]): void => void api.graph(space.id).transact(made.flatMap(deleteDocument)).catch((error: unknown) => toast({ text: errorText(t, error, 'document.failed') }));
  const show = (made: readonly DirectoryEntry[]): void => {
    const [first] = made;
    if (!first) return;
    onClose();
    navigate({ space: space.id, lens: 'documents', object: first.fragment });
    toast({ text: made.length === 1 ? t('import.done', { title: first.title }) : t('import.vaultDone', { n: made.length }), undo: () => (navigate({ space: space.id, lens: 'documents' }), undo(made)) });
  };
  return { show, undo };
}
