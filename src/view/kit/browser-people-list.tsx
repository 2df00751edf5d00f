/** The people of this browser: on the first screen and on that of a lock the others, in Settings all. Loaded with them. */
import { useEffect, useState, type ReactNode } from 'react';
import { enPeople } from '#view/i18n/en-people.ts';
import { ruPeople } from '#view/i18n/ru-people.ts';
import { Button } from '#view/kit/controls.tsx';
import { addWords, useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useBrowserPeople, type PersonHere } from '#view/kit/browser-people.tsx';

addWords({ en: enPeople, ru: ruPeople });

function usePeopleHere(): readonly PersonHere[] | null {
  const people = useBrowserPeople();
  const [list, setList] = useState<readonly PersonHere[] | null>(null);
  useEffect(() => {
    let alive = true;
    people?.list().then((found) => alive && setList(found), () => alive && setList([]));
    return () => {
      alive = false;
    };
  }, [people]);
  return list;
}

/** The others, each a way to them; nothing where nobody else is. */
export function OtherPeople(): ReactNode {
  const { t } = useI18n();
  const people = useBrowserPeople();
  const others = usePeopleHere()?.filter((person) => !person.self) ?? [];
  if (!people || others.length === 0) return null;
  return (
    <section className="page-other" aria-label={t('persons.other')}>
      {others.map((person) => (
        <button key={person.id} type="button" className="page-row muted" data-person={person.id} onClick={() => people.open(person.id)}>
          <span className="grow cut">{t('persons.open', { name: person.name })}</span>
          {person.locked && <Icon name="lock" />}
          <Icon name="right" />
        </button>
      ))}
    </section>
  );
}

/** Settings → Me: all of them, and room for one more. */
export function PeopleSection(): ReactNode {
  const { t } = useI18n();
  const people = useBrowserPeople();
  const list = usePeopleHere();
  if (!people || !list) return null;
  return (
    <>
      <h2 className="medium settings-head">{t('persons.title')}</h2>
      <ul className="card settings-card" aria-label={t('persons.title')}>
        {list.map((person) => (
          <li key={person.id} className="setting" data-person={person.id}>
            <Icon name={person.locked ? 'lock' : 'person'} tone="muted" />
            <div className="grow">
              <div className="cut">
                <bdi>{person.name}</bdi>
              </div>
              {(person.self || person.locked) && <div className="small muted">{t(person.self ? 'persons.here' : 'persons.locked')}</div>}
            </div>
            {!person.self && (
              <Button size="small" aria-label={t('persons.open', { name: person.name })} onClick={() => people.open(person.id)}>
                {t('persons.switch')}
              </Button>
            )}
          </li>
        ))}
        <li className="setting">
          <p className="small muted grow">{t('persons.note')}</p>
          <Button size="small" onClick={() => void people.add()}>
            {t('persons.add')}
          </Button>
        </li>
      </ul>
    </>
  );
}
