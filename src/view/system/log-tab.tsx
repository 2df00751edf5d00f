/** The log: records newest first, each with its raw bytes, header, operations and why it was accepted. */
import { useState, type ReactNode } from 'react';
import type { RecordDetail, RecordInfo, SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';

const PAGE = 100;
const RAW_SHOWN = 4096;

/** The list with its inspector. */
export function LogTab({ space, record, onRecord }: { space: SpaceView; record: string | null; onRecord: (id: string | null) => void }): ReactNode {
  const { t, moment, bytes } = useI18n();
  const api = useKernel();
  const people = usePeople(space.id);
  const [limit, setLimit] = useState(PAGE);
  const records = useAsked<RecordInfo[]>(() => api.log.records(space.id, { limit }), ['record'], [api, space.id, limit], 800);
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
              <td className="muted wide-only-cell">{one.class}</td>
              <td className="end num muted wide-only-cell">{one.seq}</td>
              <td className="end num muted wide-only-cell">{bytes(one.bytes)}</td>
              <td>
                <span className="tag" data-tone={one.status === 'applied' ? 'ok' : one.status === 'void' || one.status === 'quarantined' ? 'bad' : 'wait'} title={one.why}>
                  {one.status}
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
      {record && <Inspector space={space} id={record} onClose={() => onRecord(null)} />}
    </>
  );
}

/** Rows of sixteen bytes: offset, hex, printable ASCII. */
export function hexDump(raw: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(raw.length, RAW_SHOWN); at += 16) {
    const part = raw.subarray(at, at + 16);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(' ').padEnd(47);
    const text = [...part].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex}  ${text}`);
  }
  return lines.join('\n');
}

function Inspector({ space, id, onClose }: { space: SpaceView; id: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const found = useAsked<RecordDetail | 'absent'>(async () => (await api.log.record(space.id, id)) ?? 'absent', [], [api, space.id, id]);
  return (
    <Dialog title={t('log.record')} size="medium" onClose={onClose}>
      {found === null && <Skeleton label={t('list.loading')} />}
      {found === 'absent' && <p className="muted">{t('state.absent')}</p>}
      {found && found !== 'absent' && <Detail record={found} />}
    </Dialog>
  );
}

function Detail({ record }: { record: RecordDetail }): ReactNode {
  const { t, bytes } = useI18n();
  const facts: [string, ReactNode][] = [
    [t('log.id'), <code key="i">{record.id}</code>],
    [t('log.status'), `${record.status}. ${record.why}`],
    [t('log.signature'), record.signature === 'valid' ? t('log.valid') : t('log.invalid')],
    [t('log.rights'), record.rights.join(' → ')],
    ...record.header.map(([name, value]): [string, ReactNode] => [name, <code key={name}>{value}</code>]),
  ];
  return (
    <div className="stack inspector">
      <dl>
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt className="small muted">{name}</dt>
            <dd className="small">{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className="medium">{t('log.operations')}</h3>
      {record.operations === null ? (
        <p className="small muted">{t('log.sealed')}</p>
      ) : (
        <ul className="stack">
          {record.operations.map((operation, at) => (
            <li key={at} className="small">
              <code>{`${operation.primitive} ${operation.verb} ${operation.args}`}</code>
            </li>
          ))}
        </ul>
      )}
      <h3 className="medium">{t('log.raw', { size: bytes(record.raw.length) })}</h3>
      <pre className="raw code" tabIndex={0} aria-label={t('log.raw', { size: bytes(record.raw.length) })}>
        {hexDump(record.raw)}
      </pre>
    </div>
  );
}
