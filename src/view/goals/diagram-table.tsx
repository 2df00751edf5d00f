/** The twin of the diagram: every link in words, with the act that mends a circle. */
import { useMemo, useState, type ReactNode } from 'react';
import { waitNoLonger, type Work } from '#domain/goals/work';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import type { DiagramLink } from './diagram-model.ts';
import { lagWords } from './link-words.ts';
import type { WorkActs } from './use-work.ts';

/** Rows drawn at first, and with each press. */
const PAGE = 50;

/** The table; those of circles first. */
export function DiagramTable({ links, works, acts, day, onOpen }: { links: readonly DiagramLink[]; works: ReadonlyMap<string, Work>; acts: WorkActs; day: number; onOpen: (work: Work) => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [drawn, setDrawn] = useState(PAGE);
  const sorted = useMemo(() => [...links].sort((a, b) => Number(b.held) - Number(a.held) || Number(b.critical) - Number(a.critical)), [links]);
  const name = (id: string): ReactNode => {
    const work = works.get(id);
    return work && <button type="button" className="work-open" onClick={() => onOpen(work)}><span className="work-title" dir="auto">{work.title}</span></button>;
  };
  return (
    <details className="view-twin">
      <summary>{t('goal.asTable')}</summary>
      <div className="view-table">
        <table className="table" data-dense="">
          <thead>
            <tr><th scope="col">{t('task.one')}</th><th scope="col">{t('goal.waits')}</th><th scope="col">{t('goal.waitKind')}</th><th scope="col"><span className="hidden">{t('goal.status')}</span></th></tr>
          </thead>
          <tbody>
            {sorted.slice(0, drawn).map((link) => {
              const work = works.get(link.to);
              const wait = work?.waits.find(({ edge }) => edge === link.id);
              return (
                <tr key={link.id}>
                  <th scope="row">{name(link.to)}</th>
                  <td>{name(link.from)}</td>
                  <td>{lagWords(i18n, link, day)}</td>
                  <td>
                    {link.held ? t('goal.inCircle') : link.critical ? t('goal.critical') : ''}
                    {link.held && work && wait && acts.may(work) && <> <Button size="compact" kind="text" onClick={() => void acts.run(waitNoLonger(wait.edge), work.fragment)}>{t('goal.linkTake')}</Button></>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {links.length > drawn && <Button kind="text" onClick={() => setDrawn(drawn + PAGE)}>{t('goal.more', { n: links.length - drawn })}</Button>}
    </details>
  );
}
