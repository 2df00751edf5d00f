/** Why a title is not taken, in words. */
import type { Refusal } from '#domain/shared';
import type { Key } from '#view/kit/i18n.tsx';

/** The words. */
export const titleRefusal = (refusal: Refusal): Key => (refusal.code === 'too-long' ? 'refusal.tooLong' : refusal.code === 'no-change' ? 'refusal.noChange' : 'refusal.empty');
