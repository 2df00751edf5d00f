/** The manual as a course in the Personal space, in the language of the reader: made when they want it, then theirs like any other. Its text is loaded then. */
import { useRef, useState, type ReactNode } from 'react';
import { newBlockId, readText, withIds } from '#domain/editor/ingest';
import { COURSE, coursesOf } from '#domain/learn';
import { courseOutline } from '#domain/learn/outline';
import { FRAGMENT, ROOT } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Lang } from '#view/kit/i18n.tsx';
import { useKernel, usePersonal } from '#view/kit/kernel.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { makeCourse } from './make-course-acts.ts';

const textOf = async (lang: Lang): Promise<string> => (lang === 'ru' ? (await import('#view/i18n/manual-ru.ts')).MANUAL_RU : (await import('#view/i18n/manual-en.ts')).MANUAL_EN);

/** Its links lead into the Personal space: that one everybody has, and always. */
const placed = (text: string, personal: string): string => text.replaceAll('(#/personal/', `(${formatRoute({ space: personal })}/`);

/** The way to it. */
export function Manual(): ReactNode {
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
      const known = coursesOf(await api.graph(personal.id).query({ type: FRAGMENT, fragment: ROOT, where: { type: COURSE } })).find(({ title }) => title === t('learn.manual'));
      if (known) return go(known.fragment);
      const blocks = withIds(readText('markdown', new TextEncoder().encode(placed(await textOf(lang), personal.id))).blocks, () => newBlockId(crypto.getRandomValues(new Uint8Array(16))));
      const outline = courseOutline(blocks, t('learn.manual'), false);
      go(await makeCourse(api, personal.id, t('learn.manual'), outline, null, (done) => setPart(done / outline.lessons)));
    } catch (error) {
      toast({ text: errorText(t, error, 'learn.failed') });
    } finally {
      busy.current = false;
      setPart(null);
    }
  };
  return (
    <div className="line wrap learn-manual">
      <Button kind="text" icon="learn" disabled={!personal || part !== null} onClick={() => void open()}>{t('learn.openManual')}</Button>
      {part !== null && <progress className="learn-bar" value={part} max={1} aria-label={t('learn.openManual')} />}
    </div>
  );
}
