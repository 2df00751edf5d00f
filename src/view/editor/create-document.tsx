/** New document: one field. Opens the page when it is there. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import '#view/kit/documents-words.ts';
import { beginDocument, DOCUMENT, documentTitle } from '#domain/editor';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { titleRefusal } from './title-refusal.ts';

/** The dialog. */
export function CreateDocument({ space, onClose }: { space: SpaceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const create = async (title: string): Promise<string | null> => {
    const made = documentTitle(title);
    if (!made.ok) return t(titleRefusal(made.error));
    try {
      const graph = api.graph(space.id);
      const fragment = await graph.createFragment({ type: DOCUMENT, title: made.value });
      await graph.transact(beginDocument(fragment), { fragment });
      onClose();
      navigate({ space: space.id, lens: 'documents', object: fragment });
      return null;
    } catch (caught) {
      return errorText(t, caught, 'document.failed');
    }
  };
  return <FieldDialog title={t('document.new')} label={t('document.name')} act="act.create" maxLength={CHANNEL_TITLE_MAX} note={t('document.who', { space: space.name })} onSubmit={create} onClose={onClose} />;
}
