/** Domain verbs of documents: input → operations or a typed refusal. Pure. */
import { cutText } from '#base/plain-text';
import { err, ok, type Result } from '#base/result';
import type { JsonValue, Op } from '#os/api';
import { CHANNEL_TITLE_MAX, oneLine, refuse, type DirectoryEntry, type Refusal } from '#domain/shared';
import { DOCUMENT, DOCUMENT_VERB, textNodeOf } from './schema.ts';

/** A checked title. Two documents may be called the same. */
export function documentTitle(title: string): Result<string, Refusal> {
  const name = oneLine(title);
  if (name === '') return err(refuse('empty'));
  return name.length > CHANNEL_TITLE_MAX ? err(refuse('too-long')) : ok(name);
}

/** Words from elsewhere as a title can be kept: one line, not too long, no sign torn. Empty when they say nothing. */
export const titleFrom = (words: string): string => cutText(oneLine(words), CHANNEL_TITLE_MAX).trim();

/** What a new document begins with, in its fragment. Done twice it does no more. `props`: what it says of itself from the beginning. */
export const beginDocument = (fragment: string, props: Record<string, JsonValue> = {}): Op[] => [{ op: 'node.create', type: DOCUMENT, id: textNodeOf(fragment), props, verb: DOCUMENT_VERB.create }];

/** Gives a document another title. */
export function renameDocument(document: DirectoryEntry, title: string): Result<Op[], Refusal> {
  const made = documentTitle(title);
  if (!made.ok) return made;
  return made.value === document.title ? err(refuse('no-change')) : ok([{ op: 'node.set', id: document.node, props: { title: made.value }, verb: DOCUMENT_VERB.rename }]);
}

/** Makes a document one that others begin with, or a page like others. */
export const setTemplate = (fragment: string, on: boolean): Op[] => [{ op: 'node.set', id: textNodeOf(fragment), props: { template: on }, verb: DOCUMENT_VERB.template }];

/** Moves a document to the trash; restoreDocument brings it back as it is then. */
export const deleteDocument = (document: DirectoryEntry): Op[] => [{ op: 'node.delete', id: document.node, verb: DOCUMENT_VERB.delete }];

/** Takes a deletion back. */
export const restoreDocument = (document: DirectoryEntry): Op[] => [{ op: 'node.restore', id: document.node, verb: DOCUMENT_VERB.restore }];
