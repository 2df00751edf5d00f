/** The manual as a course in the Personal space, in the language of the reader: made when they want it, then theirs like any other. Its text is loaded then. */
import { useRef, useState, type ReactNode } from 'react';
import { newBlockId, readText, withIds } from '#domain/editor/ingest';
import { MANUAL } from '#domain/learn/course';
import { courseOutline } from '#domain/learn/outline';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Lang } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, usePersonal } from '#view/kit/kernel.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { makeCourse } from './make-course-acts.ts';
import { manualCourse } from './manual-course.ts';

const textOf = async (lang: Lang): Promise<string> => (lang === 'ru' ? (await import('#view/i18n/manual-ru.ts')).MANUAL_RU : (await import('#view/i18n/manual-en.ts')).MANUAL_EN);

/** Its links lead into the Personal space: that one everybody has, and always. */
const placed = (text: string, personal: string): string => text.replaceAll('(#/personal/', `(${formatRoute({ space: personal })}/`);

/** It stands where courses stand, as one of them; `quiet`: a line below those of a space, which it is none of. */
export function Manual({ quiet = false }: { quiet?: boolean }): ReactNode {
  const { t, lang } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const personal = usePersonal();
  const [part, setPart] = useState<number | null>(null);
  const busy = useRef(false);
  const open = async (): Promise<void> => {
    if (!personal || busy.current) return;
    busy.current = true;
    setPart(0);
    const go = (object: string): void => navigate({ space: personal.id, lens: 'learn', object });
    try {
      // Who has it goes on in it.
      const known = await manualCourse(api, personal.id);
      if (known !== null) return go(known);
      const blocks = withIds(readText('markdown', new TextEncoder().encode(placed(await textOf(lang), personal.id))).blocks, () => newBlockId(crypto.getRandomValues(new Uint8Array(16))));
      const outline = courseOutline(blocks, t('learn.manual'), false);
      go(await makeCourse(api, personal.id, t('learn.manual'), outline, null, (done) => setPart(done / outline.lessons), MANUAL));
    } catch (error) {
      toast({ text: errorText(t, error, 'learn.failed') });
    } finally {
      busy.current = false;
      setPart(null);
    }
  };
  const making = part !== null && <progress className="learn-bar" value={part} max={1} aria-label={t('learn.manualMade')} />;
  const press = { disabled: !personal || part !== null, onClick: () => void open() };
  if (quiet) return <div className="line wrap"><Button kind="text" icon="learn" {...press}>{t('learn.manual')}</Button>{making}</div>;
  return (
    <button type="button" className="card learn-card learn-manual" {...press}>
      <span className="line"><Icon name="learn" tone="type-course" /><span className="medium cut">{t('learn.manual')}</span></span>
      {making}
      <span className="small muted">{t('learn.openManual')}</span>
    </button>
  );
}
