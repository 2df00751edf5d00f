/** Who is no longer in the space that is open is told so in every place of it; the words come when they are needed. */
import type { ReactNode } from 'react';
import { useSpaces } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { useRoute } from '#view/kit/router.tsx';

const EndingNote = lazyPart(async () => (await import('#view/kit/ending-note.tsx')).EndingNote, { alone: true });

/** The note, or nothing. */
export function GoneNote(): ReactNode {
  const route = useRoute();
  const space = useSpaces()?.find((one) => one.id === route.space);
  return space?.role === 'removed' && route.lens !== 'settings' && route.lens !== 'system' ? <EndingNote key={space.id} space={space} /> : null;
}
