/** The log: records newest first, each with its raw bytes, header, operations and why it was accepted. */
import '#view/kit/system-words.ts';
import { useState, type ReactNode } from 'react';
import type { RecordInfo, SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { CLASS_WORD, RecordInspector, STATUS_WORD } from '#view/kit/record-inspector.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';

const PAGE = 100;

/** The list with its inspector. */
export function LogTab({ space, record, onRecord }: { space: SpaceView; record: string | null; onRecord: (id: string | null) => void }): ReactNode {
  const { t, moment, bytes } = useI18n();
  const api = useKernel();
  const people = usePeople(space.id);
  const [limit, setLimit] = useState(PAGE);
  const records = useAsked<RecordInfo[]>(() => api.log.records(space.id, { limit }), ['record'], [api, space.id], 800, limit);
  if (!records) return <Skeleton label={t('list.loading')} />;
  if (records.length === 0) return <EmptyState title={t('log.empty')} text={t('log.emptyText')} />;
  return (
    <>
      <table className="table card" aria-label={t('system.log')}>
        <thead>
          <tr>
            <th scope="col">{t('log.when')}</th>
            <th scope="col">{t('log.who')}</th>
            <th scope="col" className="wide-only-cell">{t('log.class')}</th>
            <th scope="col" className="end wide-only-cell">{t('log.number')}</th>
            <th scope="col" className="end wide-only-cell">{t('log.size')}</th>
            <th scope="col">{t('log.status')}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <button type="button" className="link num" onClick={() => onRecord(one.id)}>
                  {moment(one.at)}
                </button>
              </th>
              <td className="cut">{one.uid ? people.name(one.uid) : <code>{one.writer.slice(0, 8)}</code>}</td>
              <td className="muted wide-only-cell">{t(CLASS_WORD[one.class])}</td>
              <td className="end num muted wide-only-cell">{one.seq}</td>
              <td className="end num muted wide-only-cell">{bytes(one.bytes)}</td>
              <td>
                <span className="tag" data-tone={one.status === 'applied' ? 'ok' : one.status === 'void' || one.status === 'quarantined' ? 'bad' : 'wait'}>
                  {t(STATUS_WORD[one.status])}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {records.length >= limit && (
        <div className="list-foot">
          <Button kind="quiet" onClick={() => setLimit(limit + PAGE)}>
            {t('log.more')}
          </Button>
        </div>
      )}
      {record && <RecordInspector space={space.id} id={record} onClose={() => onRecord(null)} />}
    </>
  );
}
