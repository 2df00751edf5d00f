/** Who can see the channel, the document or the space, and through which rule; and how a guest of it sees it. */
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { whoSees, type Seer } from '#domain/subscription';
import { Button } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ROLE_WORD, type SharedThing } from '#view/kit/role-words.ts';
import { ThingRules } from '#view/kit/thing-rules.tsx';

/** People shown before "Show all". */
const FEW = 6;

/** "Member of the space", "Guest, only this channel, until 3 December". */
function ruleWords({ t, date }: I18n, seer: Seer): string {
  const role = t(ROLE_WORD[seer.role]);
  const rule = seer.rule === 'whole' ? t('who.whole', { role }) : seer.others > 0 ? t('who.partMore', { role, n: seer.others }) : t('who.part', { role });
  return seer.until === null ? rule : t('who.until', { rule, at: date(seer.until) });
}

/** The list, under the invitation. */
export function WhoSees({ space, thing, onClose }: { space: SpaceView; thing: SharedThing | null; onClose: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const people = usePeople(space.id);
  const [all, setAll] = useState(false);
  const seers = whoSees(people.members, thing?.fragment ?? null);
  const preview = (): void => {
    onClose();
    navigate({ space: space.id, lens: thing!.lens, object: thing!.fragment, params: { as: 'guest' } });
  };
  return (
    <section className="who" aria-label={t('who.title')}>
      <div className="line">
        <h3 className="medium grow">{t('who.title')} <span className="muted num">{seers.length}</span></h3>
        {thing && space.role !== 'guest' && <Button kind="text" size="compact" onClick={preview}>{t('who.preview')}</Button>}
      </div>
      <ul className="who-list">
        {(all ? seers : seers.slice(0, FEW)).map((seer) => (
          <li key={seer.uid} className="line">
            <Face uid={seer.uid} name={people.name(seer.uid)} size={22} />
            <span className="medium cut">{people.name(seer.uid)}</span>
            <span className="small muted cut grow">{ruleWords(i18n, seer)}</span>
          </li>
        ))}
      </ul>
      {!all && seers.length > FEW && <Button kind="text" size="compact" onClick={() => setAll(true)}>{t('who.more', { n: seers.length - FEW })}</Button>}
      {thing?.lens === 'chat' && <ThingRules space={space} thing={thing.fragment} kind="channel" folded />}
    </section>
  );
}
