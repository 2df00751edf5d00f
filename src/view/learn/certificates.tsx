/** Certificates of a course: who says that they did all of it, who confirmed it, the signed record behind each word, and the file that anybody can check. */
import { useMemo, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { CERTIFICATE, mayWriteCourse } from '#domain/learn';
import { certificatesOf, type Certificate } from '#domain/learn/course';
import { mayMake } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { certify, confirm, saveCertificate } from './certificate-acts.ts';
import type { CourseHere, LearnActs } from './use-learn.ts';

const RecordInspector = lazyPart(async () => (await import('#view/kit/record-inspector.tsx')).RecordInspector, { alone: true });

/** The part of the course page. */
export function Certificates({ space, here, acts }: { space: SpaceView; here: CourseHere; acts: LearnActs }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [record, setRecord] = useState<string | null>(null);
  const { fragment } = here.entry;
  const { nodes } = useNodes(space.id, { type: CERTIFICATE, fragment });
  const certificates = useMemo(() => certificatesOf(fragment, nodes.values()), [fragment, nodes]);
  const me = api.identity.get()?.uid ?? '';
  const { way } = here;
  const may = way.of > 0 && way.done === way.of && mayMake(space, CERTIFICATE, fragment) && !space.comments.includes(fragment) && !certificates.some(({ of }) => of === me);
  const told = (work: Promise<unknown>, otherwise: Key): void => void work.then((held) => held === false && toast({ text: t(otherwise) }), (error: unknown) => toast({ text: errorText(t, error, 'learn.failed') }));
  // What is shown is what the record says whose signature this device looked at.
  const check = (one: Certificate): void => void api.graph(space.id).history(one.id).then((entries) => {
    const made = (entries.find(({ kind }) => kind.startsWith('learn/certificate.create')) ?? entries.at(-1))?.record ?? null;
    if (made === null) toast({ text: t('learn.recordLater') });
    else setRecord(made);
  }, () => toast({ text: t('learn.failed') }));
  if (certificates.length === 0 && !may) return null;
  const at = { api, space, here, acts };
  return (
    <section className="learn-module" aria-label={t('learn.certificates')}>
      <h2 className="learn-head">{t('learn.certificates')}</h2>
      {may && <div className="line wrap"><p className="small muted grow">{t('learn.certificateHow', { space: space.name })}</p><Button onClick={() => told(certify(at), 'learn.failed')}>{t('learn.certify')}</Button></div>}
      {certificates.length > 0 && (
        <ul className="card learn-rows">
          {certificates.map((one) => (
            <Row key={one.id} space={space} one={one} onCheck={() => check(one)} onSave={() => told(saveCertificate(at, one), 'learn.paperNot')} {...(mayWriteCourse(space, fragment) && one.of !== me && { confirmed: one.edges.has(me), onConfirm: () => told(confirm(at, one), 'learn.paperOther') })} />
          ))}
        </ul>
      )}
      {record !== null && <RecordInspector space={space.id} id={record} onClose={() => setRecord(null)} />}
    </section>
  );
}

function Row({ space, one, confirmed, onConfirm, onCheck, onSave }: { space: SpaceView; one: Certificate; confirmed?: boolean; onConfirm?: () => void; onCheck: () => void; onSave: () => void }): ReactNode {
  const { t, date, list } = useI18n();
  const people = usePeople(space.id);
  const name = people.name(one.of);
  return (
    <li className="learn-row learn-certificate">
      <Icon name="learn" tone="type-course" />
      <span className="medium" dir="auto">{name}</span>
      <span className="small muted grow">{`${t('learn.certified', { day: date(one.at), n: one.steps })} · ${one.confirmed.length > 0 ? t('learn.confirmedBy', { names: list(one.confirmed.map((uid) => people.name(uid))) }) : t('learn.notConfirmed')}`}</span>
      {onConfirm && <Button kind="quiet" size="compact" aria-pressed={confirmed === true} onClick={onConfirm}>{t(confirmed ? 'learn.unconfirm' : 'learn.confirm')}</Button>}
      <Button kind="quiet" size="compact" aria-label={t('learn.checkOf', { name })} onClick={onCheck}>{t('learn.checkRecord')}</Button>
      {one.paper !== null && <Button kind="quiet" size="compact" aria-label={t('learn.saveOf', { name })} onClick={onSave}>{t('learn.saveFile')}</Button>}
    </li>
  );
}
