/** Back by people: a request for those who keep parts, their answers one by one, and the words once there are enough. */
import { useEffect, useId, useState, type ReactNode } from 'react';
import type { KeyPartsAct, KeyPartsSet, KeyPartsView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { PART_REFUSALS } from '#view/kit/parts-words.ts';
import { recoveryError } from '#view/kit/recovery-words.ts';
import { SixWords } from '#view/kit/six-words.tsx';
import { useCopy } from '#view/kit/use-copy.ts';

/** The form. The request stays the same in this browser until it is ended. */
export function ByPeople({ onLeave }: { onLeave: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copy = useCopy();
  const field = useId();
  const [view, setView] = useState<KeyPartsView | null>(null);
  const [answer, setAnswer] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const failed = (caught: unknown): void => setError(recoveryError(t, caught));
  useEffect(() => void api.recovery.parts({ ask: true }).then(setView, failed), [api]); // eslint-disable-line react-hooks/exhaustive-deps
  const asked = view?.asked;
  const again = (): void => void api.recovery.parts({ end: true }).then(() => api.recovery.parts({ ask: true })).then((next) => (setView(next), setError(null), setMore(false)), failed);
  const anew = <Button kind="quiet" size="large" onClick={again}>{t('parts.drop')}</Button>;
  if (!asked) return error ? <div className="stack name-form"><p className="field-error" role="alert">{error}</p><div>{anew}</div></div> : null;
  const take = (): void => void api.recovery.parts({ take: answer }).then((next) => {
    setView(next);
    setError(next.refused ? t(PART_REFUSALS[next.refused]) : null);
    if (next.refused) return;
    setAnswer('');
    setMore(false);
  }, failed);
  const act = (what: KeyPartsAct): void => void api.recovery.parts(what).then((next) => (setView(next), setError(null)), failed);
  // The request and the parts go when there is a person: until then false ones can still be dropped.
  const back = (words: string): void => void api.recovery.fromPhrase(words, 'parts').catch(failed);
  const { sets, phrase } = asked;
  const drop = (sets.length > 0 || error) && anew;
  if (phrase && !more) {
    return (
      <div className="stack name-form">
        <p className="muted">{t('parts.keyAsk')}</p>
        <SixWords words={sets[0]!.words} label={t('parts.key')} />
        <p className="page-text" role="status">{t('parts.whole')}</p>
        <SixWords words={phrase} label={t('recovery.words')} />
        {error && <p className="field-error" role="alert">{error}</p>}
        <div className="line wrap">
          <Button kind="primary" size="large" onClick={() => back(phrase.join(' '))}>{t('parts.go')}</Button>
          <Button size="large" onClick={() => setMore(true)}>{t('parts.more')}</Button>
          {drop}
        </div>
      </div>
    );
  }
  return (
    <form className="stack name-form" autoComplete="off" onSubmit={(event) => (event.preventDefault(), take())}>
      <p className="muted">{t('parts.askText')}</p>
      <textarea className="field code" rows={3} readOnly spellCheck={false} aria-label={t('parts.request')} value={asked.text} onFocus={(event) => event.currentTarget.select()} />
      <div><Button onClick={() => copy(asked.text)}>{t('parts.copy')}</Button></div>
      <p className="muted">{t('parts.askWords')}</p>
      <SixWords words={asked.words} />
      <label className="muted" htmlFor={field}>{t('parts.answer')}</label>
      <textarea id={field} className="field code" rows={3} spellCheck={false} autoComplete="off" value={answer} aria-invalid={error ? true : undefined} onChange={(event) => (setAnswer(event.target.value), setError(null))} />
      {error && <p className="field-error" role="alert">{error}</p>}
      <Sets sets={sets} whole={phrase !== null} onDrop={(id) => act({ drop: id })} />
      <div className="line wrap">
        <Button kind="primary" size="large" type="submit" disabled={answer.trim() === ''}>{t('parts.take')}</Button>
        {drop}
        <Button kind="quiet" size="large" onClick={onLeave}>{t('act.cancel')}</Button>
      </div>
    </form>
  );
}

/** The parts that are here, by the key that they are of: among several the person chooses, after asking those who gave them. */
function Sets({ sets, whole, onDrop }: { sets: readonly KeyPartsSet[]; whole: boolean; onDrop: (id: string) => void }): ReactNode {
  const { t } = useI18n();
  const [one] = sets;
  if (!one) return <p role="status" data-have={0}>{t('parts.none')}</p>;
  if (sets.length === 1) {
    return (
      <>
        <p role="status" data-have={one.parts.length}>{one.parts.length >= one.least && !whole ? t('parts.wrong') : t('parts.have', { n: one.parts.length, of: one.least })}</p>
        <p className="muted">{t('parts.keyAsk')}</p>
        <SixWords words={one.words} label={t('parts.key')} />
      </>
    );
  }
  return (
    <>
      <p role="status" data-state="conflict">{t('parts.conflict')}</p>
      <ul className="stack">
        {sets.map(({ id, words, parts, least }) => (
          <li key={id} className="stack" data-key={id}>
            <p className="medium">{t('parts.ofKey', { parts: parts.join(', '), n: parts.length, of: least })}</p>
            <SixWords words={words} label={t('parts.key')} />
            <div><Button aria-label={`${t('parts.dropKey')}: ${parts.join(', ')}`} onClick={() => onDrop(id)}>{t('parts.dropKey')}</Button></div>
          </li>
        ))}
      </ul>
    </>
  );
}
