/** Files and voice messages that go with the next message of a place: those that are kept already stay beside its draft, over a reload; the code that adds them comes with the first. */
import { useMemo, useState, type ReactNode } from 'react';
import type { Voice } from '#domain/chat';
import { MESSAGE_FILES_MAX } from '#domain/shared';
import type { Taken } from '#view/kit/composer.tsx';
import { useDraft } from '#view/kit/draft.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { useToast } from '#view/kit/toast.tsx';

const VoiceTool = lazyPart(async () => (await import('./voice-tool.tsx')).VoiceTool, { alone: true });
const Attachments = lazyPart(async () => (await import('./attachments.tsx')).Attachments, { alone: true });

export interface Attached {
  ids: readonly string[];
  /** Why it cannot be sent yet. */
  busy: string | null;
  /** For the composer. */
  parts: { onFiles?: (files: readonly File[]) => void; attached?: ReactNode; tools?: ReactNode };
  /** They were sent, or come back. */
  set(ids: readonly string[]): void;
}

/** The files at a place: draft key, space and fragment. `onVoice` sends a voice message. */
export function useAttached(place: string, space: string, fragment: string, onVoice: (files: string[], voice: Voice) => Taken): Attached {
  const { files } = useKernel();
  const { t } = useI18n();
  const toast = useToast();
  const kept = useDraft(`files:${place}`);
  const [given, setGiven] = useState<readonly File[]>([]);
  const ids = useMemo(() => kept.text.split(' ').filter(Boolean), [kept.text]);
  const set = (next: readonly string[]): void => kept.set(next.join(' '));
  const onFiles = (more: readonly File[]): void => {
    const room = Math.max(0, MESSAGE_FILES_MAX - ids.length - given.length);
    if (more.length > room) toast({ text: t('refusal.tooMany') });
    setGiven([...given, ...more.slice(0, room)]);
  };
  const over = (file: File): void => setGiven((now) => now.filter((one) => one !== file));
  const shown = ids.length + given.length > 0;
  return {
    ids,
    busy: given.length > 0 ? t('composer.attaching') : null,
    parts: files ? { onFiles, tools: <VoiceTool key={place} space={space} fragment={fragment} onVoice={onVoice} />, ...(shown ? { attached: <Attachments place={place} space={space} fragment={fragment} ids={ids} given={given} onAdded={(file, id) => (over(file), set([...ids, id]))} onOver={over} onRemove={(id) => set(ids.filter((one) => one !== id))} /> } : {}) } : {},
    set,
  };
}
