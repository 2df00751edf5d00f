/** Bringing decks in from a file, and saving one as a file. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { deleteWhole, restoreWhole, type Card } from '#domain/learn/cards';
import type { DeckFaultCode, DecksFound } from '#domain/learn/anki';
import type { DirectoryEntry } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { Dialog, MenuButton } from '#view/kit/overlays.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { deckPackage, DeckRefused, DeckThread, keepDecks } from './deck-files.ts';

const FAULT_WORDS = {
  'no-deck': 'learn.faultNoDeck', 'newest-only': 'learn.faultNewest', 'too-large': 'learn.faultLarge', 'too-many-cards': 'learn.faultMany', 'bomb': 'learn.faultBomb', 'damaged': 'learn.faultDamaged', 'no-cards': 'learn.faultNoCards',
} as const satisfies Record<DeckFaultCode, string>;

type State = { readonly at: 'reading' } | { readonly at: 'found'; readonly found: DecksFound } | { readonly at: 'writing'; readonly done: number; readonly total: number } | { readonly at: 'refused'; readonly words: string };

/** The button with its field for a file, and the dialog while one is read. */
export function BringDeck({ personal }: { personal: string | null }): ReactNode {
  const { t } = useI18n();
  const field = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  return (
    <>
      <Button kind="text" icon="download" disabled={personal === null} onClick={() => field.current?.click()}>{t('learn.bringDeck')}</Button>
      <input ref={field} type="file" hidden aria-label={t('learn.bringDeck')} accept=".apkg,.csv,.tsv,.txt" onChange={({ target }) => (setFile(target.files?.[0] ?? null), (target.value = ''))} />
      {file && personal !== null && <BringDialog file={file} personal={personal} onClose={() => setFile(null)} />}
    </>
  );
}

function BringDialog({ file, personal, onClose }: { file: File; personal: string; onClose: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const toast = useToast();
  const [state, setState] = useState<State>({ at: 'reading' });
  const thread = useRef<DeckThread | null>(null);
  const refuse = (error: unknown): void => setState({ at: 'refused', words: error instanceof DeckRefused ? t(FAULT_WORDS[error.code]) : errorText(t, error, 'learn.failed') });
  useEffect(() => {
    const made = (thread.current = new DeckThread());
    made.read(file).then((found) => !made.closed && setState({ at: 'found', found }), (error: unknown) => !made.closed && refuse(error));
    return () => made.close();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one thread for one file
  }, [file]);
  const keep = async (found: DecksFound): Promise<void> => {
    setState({ at: 'writing', done: 0, total: 1 });
    try {
      const kept = await keepDecks(api, personal, found, thread.current!, (done, total) => setState({ at: 'writing', done, total }));
      onClose();
      toast({ text: t('learn.decksIn', { n: kept.cards }), undo: () => void api.graph(personal).transact(kept.decks.flatMap(deleteWhole)).catch(() => undefined) });
    } catch (error) {
      if (thread.current?.closed) toast({ text: t('learn.deckNone', { name: file.name }) });
      else refuse(error);
    }
  };
  return (
    <Dialog title={t('learn.bringDeck')} keep={state.at === 'writing' ? 'beside' : undefined} onClose={onClose}>
      {state.at === 'reading' && <p role="status">{t('learn.deckReading', { name: file.name })}</p>}
      {state.at === 'writing' && <><p role="status">{t('learn.deckWriting')}</p><progress className="learn-bar" value={state.done} max={Math.max(1, state.total)} aria-label={t('learn.deckWriting')} /></>}
      {state.at === 'refused' && <p role="alert" className="field-error">{state.words}</p>}
      {state.at === 'found' && <Found found={state.found} />}
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onClose}>{t(state.at === 'refused' ? 'act.close' : 'act.cancel')}</Button>
        {state.at === 'found' && <Button kind="primary" onClick={() => void keep(state.found)}>{t('learn.bringIn')}</Button>}
      </div>
    </Dialog>
  );
}

function Found({ found }: { found: DecksFound }): ReactNode {
  const { t, list } = useI18n();
  return (
    <>
      <ul className="learn-parts">{found.decks.map(({ name, cards }) => <li key={name} className="line"><span className="grow cut" dir="auto">{name}</span><span className="small muted num">{t('learn.cardsN', { n: cards.length })}</span></li>)}</ul>
      {found.files.length > 0 && <p className="small muted">{t('learn.deckFiles', { n: found.files.length })}</p>}
      {found.empty > 0 && <p className="small muted">{t('learn.deckEmpty', { n: found.empty })}</p>}
      {found.missing.length > 0 && <p className="small muted">{t('learn.deckMissing', { names: list(found.missing.slice(0, 5)), n: found.missing.length })}</p>}
    </>
  );
}

/** What is done with a deck: saved for Anki or as lines, or taken out. */
export function DeckMenu({ personal, deck, cards }: { personal: string; deck: DirectoryEntry; cards: readonly Card[] }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const failed = (error: unknown): void => toast({ text: error instanceof DeckRefused ? t(FAULT_WORDS[error.code]) : errorText(t, error, 'learn.failed') });
  const name = deck.title.replace(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 60) || 'deck';
  const anki = async (): Promise<void> => {
    const thread = new DeckThread();
    try {
      const { file, missing } = await deckPackage(api, personal, deck.title, cards, thread, Date.now());
      download(file, `${name}.apkg`);
      if (missing > 0) toast({ text: t('learn.deckLeft', { n: missing }) });
    } finally {
      thread.close();
    }
  };
  const csv = async (): Promise<void> => download(new Blob([(await import('#domain/learn/anki')).writeCsv(cards)], { type: 'text/csv' }), `${name}.csv`);
  const remove = (): void => void api.graph(personal).transact(deleteWhole(deck)).then(() => toast({ text: t('learn.removed', { title: deck.title }), undo: () => void api.graph(personal).transact(restoreWhole(deck)).catch(failed) }), failed);
  return (
    <MenuButton name={t('learn.deckActs', { title: deck.title })} items={[
      { label: t('learn.saveAnki'), icon: 'download', onSelect: () => void anki().catch(failed) },
      { label: t('learn.saveCsv'), icon: 'download', onSelect: () => void csv().catch(failed) },
      null,
      { label: t('learn.remove', { title: deck.title }), icon: 'trash', onSelect: remove },
    ]} />
  );
}
