/** What a tab that keeps nothing shows of itself; comes with such a tab. */
import type { ReactNode } from 'react';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';

const Fleeting = lazyPart(async () => (await import('#view/kit/fleeting-note.tsx')).Fleeting, { alone: true });

/** What it says on every screen, or once it is closed; nothing in every other tab. */
export const FleetingBanner = (): ReactNode => (useTabKind().begun ? <Fleeting /> : null);
