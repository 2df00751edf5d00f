/** The raw inspector of one record, opened from the log and from a history line. */
import '#view/kit/system-words.ts';
import type { ReactNode } from 'react';
import type { RecordDetail, RecordInfo } from '#os/api';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { download } from '#view/kit/download.ts';
import { FactList, Skeleton } from '#view/kit/states.tsx';
import { RECORD_TROUBLE } from '#view/kit/other-troubles.ts';
import { TroubleActs } from '#view/kit/troubles.tsx';
import { Button } from '#view/kit/controls.tsx';

const RAW_SHOWN = 4096;

export const STATUS_WORD: Record<RecordInfo['status'], Key> = {
  'applied': 'record.applied', 'parked': 'record.parked', 'waiting': 'record.waiting', 'held-back': 'record.heldBack', 'void': 'record.void', 'sealed': 'record.sealed', 'stub': 'record.stub',
  'newer': 'record.newer', 'quarantined': 'record.quarantined',
};
export const CLASS_WORD: Record<RecordInfo['class'], Key> = { acl: 'record.acl', op: 'record.op', snapshot: 'record.snapshot', witness: 'record.witness', unknown: 'record.unknown' };

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

/** One record: id, why it counts, signer and right, header, operations, raw bytes. Its details stay in the kernel's English. */
export function RecordInspector({ space, id, onClose }: { space: string; id: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const found = useAsked<RecordDetail | 'absent'>(async () => (await api.log.record(space, id)) ?? 'absent', [], [api, space, id]);
  return (
    <Dialog title={t('log.record')} size="medium" onClose={onClose}>
      {found === null && <Skeleton label={t('list.loading')} />}
      {found === 'absent' && <p className="muted">{t('state.absent')}</p>}
      {found && found !== 'absent' && <Detail record={found} />}
    </Dialog>
  );
}

/** The record as a file: its bytes and what is known of them. */
function keepRecord({ raw, ...known }: RecordDetail): void {
  const hex = [...raw].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  download(new Blob([JSON.stringify({ ...known, raw: hex }, null, 1)], { type: 'application/json' }), `lifegraph-record-${known.id.slice(0, 8)}.json`);
}

function Detail({ record }: { record: RecordDetail }): ReactNode {
  const { t, bytes, moment } = useI18n();
  const trouble = record.status === 'applied' ? null : RECORD_TROUBLE[record.status];
  const facts: [string, ReactNode][] = [
    [t('log.id'), <code key="i">{record.id}</code>],
    [t('log.status'), t(STATUS_WORD[record.status])],
    [t('log.when'), moment(record.at)],
    [t('log.why'), <span key="w" lang="en">{record.why}</span>],
    [t('log.signature'), record.signature === 'valid' ? t('log.valid') : t('log.invalid')],
    [t('log.rights'), <span key="r" lang="en">{record.rights.join(' → ')}</span>],
    ...record.header.map(([name, value]): [string, ReactNode] => [name, <code key={name}>{value}</code>]),
  ];
  return (
    <div className="stack inspector">
      {trouble && (
        <>
          <p>{t(trouble.reason)}</p>
          <TroubleActs trouble={trouble} />
        </>
      )}
      <FactList facts={facts} />
      <div>
        <Button kind="quiet" size="compact" icon="download" onClick={() => keepRecord(record)}>
          {t('log.exportRecord')}
        </Button>
      </div>
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
