/** Old steps of the channels and pages of a space: how much lies here, what of it can go, who closed a history and what others found of it. */
import '#view/kit/past-words.ts';
import './past.css';
import { useState, type ReactNode } from 'react';
import type { HistoryView, SpaceView } from '#os/api';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';
import { useTitles, type Titles } from './titles.ts';

/** Less is not worth an act, bytes. */
const WORTH = 262_144;
/** Rows, those with most to go first. */
const ROWS = 12;

interface Row extends HistoryView {
  readonly place: string;
}

interface Asking {
  readonly row: Row;
  readonly empty: boolean;
}

/** The section; nothing where there is nothing to let go and nobody did. */
export function HistorySection({ space, people }: { space: SpaceView; people: People }): ReactNode {
  const { t, bytes } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const titles = useTitles(space.id);
  const rows = useAsked(() => rowsOf(titles, (fragment) => api.access.history(space.id, fragment)), ['spaces', 'members', 'record'], [api, space.id], 2_000, titles.length) ?? [];
  const [asking, setAsking] = useState<Asking | null>(null);
  if (rows.length === 0) return null;
  const close = ({ row, empty }: Asking): void => {
    api.access.history(space.id, row.fragment, { close: { empty } }).then(() => toast({ text: t('past.done') }), (error: unknown) => toast({ text: errorText(t, error, 'past.failed') }));
  };
  const refuse = (row: Row, id: string): void => {
    api.access.history(space.id, row.fragment, { refuse: id }).then(() => toast({ text: t('past.refused') }), (error: unknown) => toast({ text: errorText(t, error, 'past.failed') }));
  };
  return (
    <section className="waiting" aria-label={t('past.title')}>
      <h2 className="medium">{t('past.title')}</h2>
      <p className="small muted">{t('past.lead')}</p>
      <table className="table card" aria-label={t('past.title')}>
        <thead>
          <tr>
            <th scope="col">{t('past.place')}</th>
            <th scope="col" className="end wide-only-cell">{t('past.size')}</th>
            <th scope="col" className="end">{t('past.canGo')}</th>
            <th scope="col">{t('past.state')}</th>
            <th scope="col" className="row-acts"><span className="hidden">{t('act.more')}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.fragment}>
              <th scope="row" className="medium cut">{row.place}</th>
              <td className="end num muted wide-only-cell">{bytes(row.bytes)}</td>
              <td className="end num">{bytes(row.wouldGo)}</td>
              <td className="muted past-state"><State row={row} people={people} /></td>
              <td className="row-acts"><Acts row={row} onClose={(empty) => setAsking({ row, empty })} onRefuse={(id) => refuse(row, id)} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {asking && <Confirm asking={asking} onConfirm={() => close(asking)} onClose={() => setAsking(null)} />}
    </section>
  );
}

/** Those where an act is worth while, or where there was one. */
async function rowsOf(titles: Titles, read: (fragment: string) => Promise<HistoryView>): Promise<Row[]> {
  const all = await Promise.all(titles.map(({ fragment, shown }) => read(fragment).then((view): Row => ({ ...view, place: shown }), () => null)));
  return all.filter((row) => row !== null).filter(({ wouldGo, mayClose, baselines }) => baselines.length > 0 || (mayClose && wouldGo >= WORTH)).sort((a, b) => b.wouldGo - a.wouldGo).slice(0, ROWS);
}

function State({ row, people }: { row: Row; people: People }): ReactNode {
  const { t } = useI18n();
  const [one] = row.baselines;
  if (!one) return null;
  if (one.state === 'wrong') {
    const who = { by: people.name(one.by), name: people.name(one.wrong[0] ?? one.by) };
    return <span className="tag" data-tone="bad">{one.found === 'wrong' ? t('past.wrongHere', who) : t(one.begun ? 'past.wrongBegun' : 'past.wrong', who)}</span>;
  }
  if (one.begun && (one.state === 'stands' || one.state === 'gone')) return <span className="tag">{t('past.begun', { by: people.name(one.by) })}</span>;
  if (one.found === 'unsure' && (one.state === 'waiting' || one.state === 'settled')) return <span className="tag">{t('past.unsure')}</span>;
  const words = { waiting: 'past.waiting', settled: 'past.settled', stands: 'past.stands', gone: 'past.gone', old: 'past.gone' } as const;
  return <span className="tag" data-tone={one.state === 'gone' ? 'ok' : undefined}>{t(words[one.state])}</span>;
}

function Acts({ row, onClose, onRefuse }: { row: Row; onClose: (empty: boolean) => void; onRefuse: (id: string) => void }): ReactNode {
  const { t } = useI18n();
  const [one] = row.baselines;
  const items = [
    ...(row.mayClose ? [{ label: t('past.act'), icon: 'history' as const, onSelect: () => onClose(false) }] : []),
    ...(row.mayClose && row.deleted > 0 ? [{ label: t('past.actEmpty'), icon: 'trash' as const, tone: 'bad' as const, onSelect: () => onClose(true) }] : []),
    ...(one && (one.state === 'waiting' || one.state === 'settled') ? [{ label: t('past.refuse'), icon: 'close' as const, onSelect: () => onRefuse(one.id) }] : []),
  ];
  return items.length > 0 ? <MenuButton name={t('past.acts', { place: row.place })} items={items} /> : null;
}

function Confirm({ asking: { row, empty }, onConfirm, onClose }: { asking: Asking; onConfirm: () => void; onClose: () => void }): ReactNode {
  const { t, bytes } = useI18n();
  const more = [row.behind > 0 ? t('past.behind', { n: row.behind }) : '', empty ? t('past.emptied', { n: row.deleted }) : ''];
  return <ConfirmWithConsequence title={t('past.ask', { place: row.place })} consequence={[t('past.text', { bytes: bytes(row.wouldGo) }), ...more].filter((words) => words !== '').join(' ')} act={t(empty ? 'past.actEmpty' : 'past.act')} onConfirm={onConfirm} onClose={onClose} />;
}
