/** What a question is answered with: options, words, holes in a text, lines to put in order. After the verdict each part says whether it was right. */
import { useId, type KeyboardEvent, type ReactNode } from 'react';
import { clozeOf, LEARN_LIMITS, shuffled, type Given, type Question, type Verdict } from '#domain/learn/course';
import { IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';

export interface AnswerProps {
  readonly question: Question;
  readonly given: Given;
  readonly verdict: Verdict | null;
  onChange(given: Given): void;
}

/** An answer that says nothing yet. */
export const emptyOf = (question: Question): Given => (question.kind === 'choice' ? { chosen: [] } : question.kind === 'order' ? { order: shuffled(question) } : { words: [] });

/** The fields. */
export function AnswerForm(props: AnswerProps): ReactNode {
  const { question } = props;
  if (question.kind === 'cloze') return <Holes {...props} />;
  return (
    <fieldset className="learn-fields">
      <legend className="learn-question" dir="auto">{question.ask}</legend>
      {question.kind === 'choice' ? <Options {...props} /> : question.kind === 'order' ? <Lines {...props} /> : <Words {...props} />}
    </fieldset>
  );
}

const toneOf = (right: boolean | undefined): 'ok' | 'bad' | undefined => (right === undefined ? undefined : right ? 'ok' : 'bad');

function Options({ question, given, verdict, onChange }: AnswerProps): ReactNode {
  const { t } = useI18n();
  const name = useId();
  const chosen = 'chosen' in given ? given.chosen : [];
  const several = question.options.filter(({ right }) => right).length > 1;
  return (
    <>
      {several && <p className="small muted">{t('learn.several')}</p>}
      {question.options.map(({ text, right, why }, at) => {
        const on = chosen.includes(at);
        // Of what was not chosen only the right ones are told.
        const tone = verdict && (on || right) ? toneOf(right) : undefined;
        return (
          <label key={at} className="learn-option" data-tone={tone} data-on={on ? '' : undefined}>
            {tone ? <Icon name={tone === 'ok' ? 'ok' : 'close'} tone={tone} /> : null}
            <input className={tone ? 'hidden' : ''} type={several ? 'checkbox' : 'radio'} name={name} checked={on} disabled={verdict !== null} onChange={() => onChange({ chosen: several ? (on ? chosen.filter((one) => one !== at) : [...chosen, at]) : [at] })} />
            <span className="grow">
              <span dir="auto">{text}</span>
              {tone && <span className="hidden">{` (${t(right ? 'learn.isRight' : 'learn.isWrong')})`}</span>}
              {verdict && (on || right) && why !== '' && <span className="small learn-why" dir="auto">{why}</span>}
            </span>
          </label>
        );
      })}
    </>
  );
}

function Words({ question, given, verdict, onChange }: AnswerProps): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <input className="field" data-size="large" dir="auto" aria-label={t('learn.yourAnswer')} aria-invalid={verdict && !verdict.right ? true : undefined} autoComplete="off" readOnly={verdict !== null} maxLength={LEARN_LIMITS.answerUnits} value={('words' in given && given.words[0]) || ''} onChange={({ target }) => onChange({ words: [target.value] })} />
      {verdict && !verdict.right && <p>{t('learn.wouldBe', { answer: question.answers[0] ?? '' })}</p>}
    </>
  );
}

function Holes({ question, given, verdict, onChange }: AnswerProps): ReactNode {
  const { t } = useI18n();
  const { texts, holes } = clozeOf(question.ask);
  const words = 'words' in given ? given.words : [];
  const put = (at: number, word: string): void => onChange({ words: holes.map((_, one) => (one === at ? word : words[one] ?? '')) });
  return (
    <fieldset className="learn-fields">
      <legend className="hidden">{t('learn.fillIn')}</legend>
      <p className="learn-question learn-cloze" dir="auto">
        {texts.map((text, at) => (
          <span key={at}>
            {text}
            {at < holes.length && <input className="field learn-hole" dir="auto" aria-label={t('learn.hole', { no: at + 1 })} aria-invalid={verdict && !verdict.parts[at] ? true : undefined} autoComplete="off" readOnly={verdict !== null} size={Math.min(24, Math.max(6, ...holes[at]!.map((one) => one.length)))} maxLength={LEARN_LIMITS.answerUnits} value={words[at] ?? ''} onChange={({ target }) => put(at, target.value)} />}
            {verdict && at < holes.length && !verdict.parts[at] && <strong className="medium learn-fits"> {holes[at]![0]}</strong>}
          </span>
        ))}
      </p>
    </fieldset>
  );
}

function Lines({ question, given, verdict, onChange }: AnswerProps): ReactNode {
  const { t } = useI18n();
  const order = 'order' in given ? given.order : [];
  const move = (at: number, by: number): void => {
    const to = at + by;
    if (verdict || to < 0 || to >= order.length) return;
    const next = [...order];
    [next[at], next[to]] = [next[to]!, next[at]!];
    onChange({ order: next });
  };
  const keys = (event: KeyboardEvent<HTMLElement>, at: number): void => {
    const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
    if (by === undefined) return;
    event.preventDefault();
    move(at, by);
  };
  return (
    <>
      <p className="small muted">{t('learn.orderHow')}</p>
      <ol className="learn-lines">
        {order.map((line, at) => (
          <li key={line} className="learn-option" data-tone={toneOf(verdict?.parts[at])} onKeyDown={(event) => keys(event, at)}>
            <span className="small muted num">{at + 1}</span>
            <span className="grow" dir="auto">{question.answers[line]}</span>
            {verdict ? <Icon name={verdict.parts[at] ? 'ok' : 'close'} tone={verdict.parts[at] ? 'ok' : 'bad'} /> : (
              <>
                <IconButton icon="up" name={t('learn.lineUp', { line: question.answers[line] ?? '' })} hint="Alt ↑" disabled={at === 0} onClick={() => move(at, -1)} />
                <IconButton icon="down" name={t('learn.lineDown', { line: question.answers[line] ?? '' })} hint="Alt ↓" disabled={at === order.length - 1} onClick={() => move(at, 1)} />
              </>
            )}
          </li>
        ))}
      </ol>
      {verdict && !verdict.right && <p>{t('learn.wouldBe', { answer: question.answers.join(' → ') })}</p>}
    </>
  );
}
