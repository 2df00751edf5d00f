/** What of Access is told in the Hub: people who came. */
import { PERSON, readPerson, type ActivityType } from '#domain/shared';

export const ACCESS_ACTIVITY: readonly ActivityType[] = [
  {
    type: PERSON,
    read(node) {
      const person = readPerson(node);
      return person && { kind: 'person', by: person.uid, at: node.createdAt, title: person.name };
    },
  },
];
