/** People of a space by role, a page at a time: a Guild has thousands. Whoever is looked for is found on any page. */
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import type { Member, PersonChoices, SpaceView } from '#os/api';
import { byRole } from '#domain/subscription';
import { Button } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { fits } from '#view/kit/picker.tsx';
import { MutedMark, useQuiet } from '#view/kit/quiet.tsx';
import { ROLE_WORD } from '#view/kit/role-words.ts';
import { Skeleton } from '#view/kit/states.tsx';
import { Only } from './only.tsx';
import { PersonActs } from './person-acts.tsx';

/** People drawn at once; the others come when they are asked for, or searched. */
const PAGE = 100;

/** Those who are drawn when so many may be, and how many the next press brings. */
export function peoplePage({ members, name }: Pick<People, 'members' | 'name'>, query: string, shown: number = PAGE): { page: Member[]; next: number } {
  const rows = members.filter(({ uid }) => fits(query, name(uid)) > 0).sort(byRole);
  return { page: rows.slice(0, shown), next: Math.max(0, Math.min(PAGE, rows.length - shown)) };
}

/** The table. */
export function PeopleTable({ people, query, space }: { people: People; query: string; space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [shown, setShown] = useState(PAGE);
  const acts = people.members.some((member) => !member.self);
  const { page, next } = peoplePage(people, query, shown);
  const uids = page.map(({ uid }) => uid);
  // Only of those on the screen: a Guild has thousands.
  const choices = useAsked(() => api.access.choices(space.id, uids), ['members', 'spaces', 'record'], [api, space.id], 300, uids.join()) ?? [];
  if (!people.loaded) return <Skeleton label={t('list.loading')} />;
  return (
    <>
      <table className="table card" aria-label={t('access.peopleOf', { space: space.name })}>
        <thead>
          <tr>
            <th scope="col">{t('access.person')}</th>
            <th scope="col" className="wide-only-cell">{t('access.role')}</th>
            <th scope="col" className="wide-only-cell">{t('access.since')}</th>
            <th scope="col" className="wide-only-cell">{t('access.until')}</th>
            <th scope="col" className="end">{t('access.devices')}</th>
            {acts && <th scope="col" className="row-acts"><span className="hidden">{t('act.more')}</span></th>}
          </tr>
        </thead>
        <tbody>
          {page.map((member) => (
            <PersonRow key={member.uid} space={space} member={member} name={people.name(member.uid)} acts={acts} choices={choices.find((one) => one.uid === member.uid) ?? null} />
          ))}
        </tbody>
      </table>
      {next > 0 && <Button kind="text" onClick={() => setShown(shown + next)}>{t('who.more', { n: next })}</Button>}
    </>
  );
}

/** Of whom the rights say nothing yet. */
const NO_CHOICES: PersonChoices = { uid: '', remove: false, roles: [], until: false, whole: false, delegate: [], plan: false };

function PersonRow({ space, member, name, acts, choices }: { space: SpaceView; member: Member; name: string; acts: boolean; choices: PersonChoices | null }): ReactNode {
  const { t, date } = useI18n();
  const { quiet } = useQuiet();
  const blocked = quiet.blocked.has(member.uid);
  return (
    <tr>
      <th scope="row">
        <span className="line">
          <Face uid={member.uid} name={name} size={28} />
          <span className="stack">
            <span className="medium cut">{name}</span>
            <span className="small muted phone-only">{t(ROLE_WORD[member.role])}</span>
            {member.scope !== null && <span className="phone-only"><Only space={space.id} scope={member.scope} /></span>}
          </span>
          {member.self && <span className="small muted">{t('access.you')}</span>}
          {blocked && <span className="tag">{t('quiet.blocked')}</span>}
          {!blocked && quiet.people.has(member.uid) && <MutedMark />}
          {member.online && !member.self && !blocked && (
            <span className="small here">
              <span className="dot" role="img" aria-label={t('access.here')} />
              <span className="wide-only" aria-hidden="true">
                {t('access.here')}
              </span>
            </span>
          )}
        </span>
      </th>
      <td className="wide-only-cell">
        {t(ROLE_WORD[member.role])}
        <Only space={space.id} scope={member.scope} />
      </td>
      <td className="muted wide-only-cell">{member.since > 0 ? date(member.since) : t('access.founded')}</td>
      <td className="muted wide-only-cell">{member.until === null ? '' : date(member.until)}</td>
      <td className="end num">{member.devices.length}</td>
      {acts && <td className="row-acts">{!member.self && <PersonActs space={space} member={member} name={name} choices={choices ?? NO_CHOICES} />}</td>}
    </tr>
  );
}
