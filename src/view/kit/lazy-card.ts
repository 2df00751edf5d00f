/** The dialog of a card, loaded when the first one is opened. */
import { lazyPart } from '#view/kit/lazy-part.tsx';

export const CardDialog = lazyPart(async () => (await import('#view/kit/card-dialog.tsx')).CardDialog, { alone: true });
