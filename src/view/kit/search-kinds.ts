/** How kinds of things that are found look, and what they are called. */
import type { Kind } from '#domain/search';
import type { Key } from '#view/kit/i18n.tsx';
import type { IconName } from '#view/kit/icons.tsx';

export const KIND_LOOK: Readonly<Record<Kind, { readonly icon: IconName; readonly hue: string; readonly word: Key; readonly many: Key }>> = {
  message: { icon: 'message', hue: 'type-message', word: 'search.message', many: 'search.messages' },
  task: { icon: 'task', hue: 'type-task', word: 'search.task', many: 'search.tasks' },
  goal: { icon: 'task', hue: 'type-task', word: 'search.goal', many: 'search.goals' },
  resource: { icon: 'resource', hue: 'type-task', word: 'search.resource', many: 'search.resources' },
  course: { icon: 'learn', hue: 'type-course', word: 'search.course', many: 'search.courses' },
  document: { icon: 'fragment', hue: 'type-document', word: 'search.document', many: 'search.documents' },
  block: { icon: 'fragment', hue: 'type-document', word: 'search.block', many: 'search.blocks' },
  channel: { icon: 'channel', hue: 'muted', word: 'search.channel', many: 'search.channels' },
  room: { icon: 'phone', hue: 'muted', word: 'search.room', many: 'search.rooms' },
  person: { icon: 'person', hue: 'muted', word: 'search.person', many: 'search.people' },
  space: { icon: 'people', hue: 'muted', word: 'search.space', many: 'search.spaces' },
};
