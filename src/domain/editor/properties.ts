/** Properties of a page are those any thing may have, at the node of its text. */
import type { PropertyHolder } from '#domain/shared/properties';
import { DOCUMENT_VERB, textNodeOf } from './schema.ts';

export * from '#domain/shared/properties';

/** What has those of a page. */
export const propertiesAt = (fragment: string): PropertyHolder => ({ id: textNodeOf(fragment), verb: DOCUMENT_VERB.property });
