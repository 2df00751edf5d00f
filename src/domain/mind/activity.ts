/** What of the agents is told in the Hub: what they made, and runs that came to nothing. */
import { HUB_LIMITS, type ActivityType } from '#domain/shared';
import { subjectRoute } from './rules.ts';
import { readResult, RESULT } from './schema.ts';

export const MIND_ACTIVITY: readonly ActivityType[] = [
  {
    type: RESULT,
    read(node) {
      const result = readResult(node);
      if (!result || result.deleted) return null;
      return { kind: 'agent', by: node.createdBy, at: result.at, title: result.subject.title.slice(0, HUB_LIMITS.title), leads: subjectRoute(result.subject), ...(result.fault !== null && { waits: false }) };
    },
  },
];
