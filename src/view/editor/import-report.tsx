/** What of a folder or an archive of pages was not taken as it was, page by page. */
import { Fragment, type ReactNode } from 'react';
import type { VaultFound } from '#domain/editor/files';
import { useI18n } from '#view/kit/i18n.tsx';
import { faultWords, noteWords } from '#view/kit/import-words.ts';

/** Lines of one list that are shown. */
const SHOWN = 100;

/** Is there anything to say? */
export const leavesOut = ({ pages, left }: VaultFound): boolean => left.length > 0 || pages.some(({ notes }) => notes.length > 0);

/** Pages that could not be read, files that are none, and what of each page was left out. */
export function ImportReport({ found: { pages, left } }: { found: VaultFound }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const unread = left.flatMap(({ path, fault }) => (fault ? [{ path, words: faultWords(i18n, fault.code, fault.facts) }] : []));
  const files = left.filter(({ fault }) => fault === null);
  const noted = pages.filter(({ notes }) => notes.length > 0);
  return (
    <div className="import-report" role="group" aria-label={t('import.left')} tabIndex={0}>
      {unread.length > 0 && (
        <>
          <h3 className="medium">{t('import.vaultUnread', { n: unread.length })}</h3>
          <ul className="import-notes">{more(unread, ({ path, words }) => <li key={path}>{`${path}: ${words}`}</li>, i18n)}</ul>
        </>
      )}
      {noted.length > 0 && (
        <dl className="import-pages">
          {more(noted, ({ path, title, notes }) => (
            <Fragment key={path}>
              <dt className="medium">{title || path}</dt>
              {notes.map((note) => (
                <dd key={note.code}>{noteWords(i18n, note)}</dd>
              ))}
            </Fragment>
          ), i18n, 'dt')}
        </dl>
      )}
      {files.length > 0 && (
        <>
          <h3 className="medium">{t('import.vaultFiles', { n: files.length })}</h3>
          <ul className="import-notes">{more(files, ({ path }) => <li key={path}>{path}</li>, i18n)}</ul>
        </>
      )}
    </div>
  );
}

/** The first lines, and how many there are more. */
function more<T>(all: readonly T[], line: (one: T) => ReactNode, { t }: { t: ReturnType<typeof useI18n>['t'] }, Tag: 'li' | 'dt' = 'li'): ReactNode {
  return (
    <>
      {all.slice(0, SHOWN).map(line)}
      {all.length > SHOWN && <Tag className="muted">{t('import.vaultMore', { n: all.length - SHOWN })}</Tag>}
    </>
  );
}
