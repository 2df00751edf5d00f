/** New document: its title, and what it begins with where there are templates. Opens the page when it is there. */
import { useMemo, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import '#view/kit/documents-words.ts';
import { beginDocument, DOCUMENT, documentTitle } from '#domain/editor';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { usePeople } from '#view/kit/people.tsx';
import { navigate } from '#view/kit/router.tsx';
import { titleRefusal } from './title-refusal.ts';
import { useDocuments, useTemplates } from './use-documents.ts';

/** The dialog. */
export function CreateDocument({ space, words: name = '', onClose }: { space: SpaceView; words?: string; onClose: () => void }): ReactNode {
  const { t, date } = useI18n();
  const api = useKernel();
  const people = usePeople(space.id);
  const templates = useTemplates(space.id);
  const { documents } = useDocuments(space.id);
  const [source, setSource] = useState('');
  const offered = useMemo(() => documents.filter(({ fragment }) => templates.has(fragment)), [documents, templates]);
  const make = async (title: string): Promise<string> => {
    if (source !== '') {
      const { copyDocument } = await loadAgain(() => import('./copy-document.ts'));
      return copyDocument(api, space.id, source, title, { date: date(Date.now()), title, name: people.name(api.identity.get()?.uid ?? '') });
    }
    const graph = api.graph(space.id);
    const fragment = await graph.createFragment({ type: DOCUMENT, title });
    await graph.transact(beginDocument(fragment), { fragment });
    return fragment;
  };
  const create = async (title: string): Promise<string | null> => {
    const made = documentTitle(title);
    if (!made.ok) return t(titleRefusal(made.error));
    try {
      const fragment = await make(made.value);
      onClose();
      navigate({ space: space.id, lens: 'documents', object: fragment });
      return null;
    } catch (caught) {
      return errorText(t, caught, 'document.failed');
    }
  };
  return (
    <FieldDialog title={t('document.new')} label={t('document.name')} act="act.create" initial={name} maxLength={CHANNEL_TITLE_MAX} note={t('document.who', { space: space.name })} onSubmit={create} onClose={onClose}>
      {offered.length > 0 && <Select label={t('template.from')} value={source} options={[{ value: '', label: t('template.none') }, ...offered.map(({ fragment, title }) => ({ value: fragment, label: title }))]} onChange={setSource} />}
    </FieldDialog>
  );
}
