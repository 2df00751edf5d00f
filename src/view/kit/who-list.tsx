/** Who can see something, and through which rule: the same rows in Share, in "Where is this?" of every object, and over whatever a card stands in. */
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import { whoSees, type Seer } from '#domain/subscription';
import { Button } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { MeterOf } from '#view/kit/meter.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { ROLE_WORD } from '#view/kit/role-words.ts';
import { Skeleton } from '#view/kit/states.tsx';

/** People shown at first, and with each press: a Guild has thousands. */
const FEW = 6;
const MORE = 100;

/** "Member of the space", "Guest, only this channel, until 3 December". */
function ruleWords({ t, date }: I18n, seer: Seer): string {
  const role = t(ROLE_WORD[seer.role]);
  const rule = seer.rule === 'whole' ? t('who.whole', { role }) : seer.others > 0 ? t('who.partMore', { role, n: seer.others }) : t('who.part', { role });
  return seer.until === null ? rule : t('who.until', { rule, at: date(seer.until) });
}

/** The rows of a fragment (null: of what only those have who have the whole space), and that public links lead there. */
export function SeerRows({ people, fragment, links = 0 }: { people: Pick<People, 'members' | 'name'>; fragment: string | null; links?: number }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [shown, setShown] = useState(FEW);
  const seers = whoSees(people.members, fragment);
  const next = Math.max(0, Math.min(MORE, seers.length - shown));
  return (
    <>
      <ul className="who-list">
        {seers.slice(0, shown).map((seer) => (
          <li key={seer.uid} className="line">
            <Face uid={seer.uid} name={people.name(seer.uid)} size={22} />
            <span className="medium cut">{people.name(seer.uid)}</span>
            <span className="small muted cut grow">{ruleWords(i18n, seer)}</span>
          </li>
        ))}
      </ul>
      {next > 0 && <Button kind="text" size="compact" onClick={() => setShown(shown + next)}>{t('who.more', { n: next })}</Button>}
      {links > 0 && <p className="small muted">{t('who.links', { n: links })}</p>}
    </>
  );
}

/** Public links that are open to a fragment. */
export function useOpenLinks(space: string, fragment: string | null): number {
  const api = useKernel();
  const links = useAsked(() => api.access.publicLinks(space), ['members', 'spaces', 'record'], [api, space], 300) ?? [];
  return links.filter((link) => link.fragment === fragment && link.state === 'open').length;
}

/** Asked for by what is looked at: a node is seen by whoever sees the fragment it lies in. */
export function Seers({ of }: { of: MeterOf }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { space, node } = of;
  const people = usePeople(space);
  const found = useAsked(async () => ({ one: node === undefined ? null : await api.graph(space).get(node) }), ['node_updated', 'relation_created'], [api, space, node], 400);
  const fragment = of.fragment ?? (found?.one?.state === 'here' ? (found.one.moved ?? found.one.fragment) : null);
  const links = useOpenLinks(space, fragment);
  if (!people.loaded || found === null) return <Skeleton rows={2} label={t('list.loading')} />;
  if (node !== undefined && fragment === null) return <p className="small muted">{t('state.absent')}</p>;
  return <SeerRows people={people} fragment={fragment} links={links} />;
}

/** In "Where is this?", folded: where it lies is asked more often. */
export function WhoHere({ of }: { of: MeterOf }): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <section className="who" aria-label={t('who.title')}>
      <Button kind="text" size="compact" aria-expanded={open} onClick={() => setOpen(!open)}>{t('who.title')}</Button>
      {open && <Seers of={of} />}
    </section>
  );
}

/** Over whatever is open: a card may stand anywhere and show a thing of another space. */
export function WhoDialog({ space, id, title, onClose }: { space: string; id: string; title: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <Dialog title={t('who.title')} onClose={onClose}>
      <p className="small muted cut" dir="auto">{title}</p>
      <Seers of={{ space, node: id }} />
    </Dialog>
  );
}
