/** Lines that few channels have: about what was moved, and what is not open to who came later. Their code and words come when one is shown. */
import { lazyPart } from '#view/kit/lazy-part.tsx';

const quiet = { alone: true, failed: () => null };

export const BeforeNote = lazyPart(async () => (await import('#view/kit/before-note.tsx')).BeforeNote, quiet);
export const Carried = lazyPart(async () => (await import('#view/kit/moved-notes.tsx')).Carried, quiet);
export const MovedTo = lazyPart(async () => (await import('#view/kit/moved-notes.tsx')).MovedTo, quiet);
