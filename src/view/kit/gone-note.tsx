/** Who is no longer in the space that is open is told so in every place of it, and who keeps one that asks to be kept nowhere; the words come when they are needed. */
import type { ReactNode } from 'react';
import { useSpaces } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { useRoute } from '#view/kit/router.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';

const EndingNote = lazyPart(async () => (await import('#view/kit/ending-note.tsx')).EndingNote, { alone: true });
const KeepNote = lazyPart(async () => (await import('#view/kit/keep-note.tsx')).KeepNote, { alone: true });

/** The note, or nothing. */
export function GoneNote(): ReactNode {
  const { space: id, lens } = useRoute();
  const { begun } = useTabKind();
  const space = useSpaces()?.find((one) => one.id === id);
  if (!space || lens === 'settings' || lens === 'system') return null;
  if (space.role === 'removed') return <EndingNote key={space.id} space={space} />;
  return space.rules.keep === 'nothing' && !begun && (space.role === 'member' || space.role === 'guest') ? <KeepNote key={space.id} space={space} /> : null;
}
