/** The agents of this build. A new one is an entry here and its code in ./run; docs/AGENTS.md shows how. */
import type { AgentManifest, InputKind } from '#os/agents/manifest';
import { MESSAGE } from '#domain/chat';
import { DOCUMENT } from '#domain/editor/manifest';
import { TASK } from '#domain/goals';

const TEXTS = [MESSAGE, DOCUMENT];
const budget = { ms: 10_000, units: 2_000_000 };

export const SUMMARY: AgentManifest = { id: 'mind/summary', version: 1, capabilities: { reads: TEXTS, makes: ['summary'] }, triggers: ['asked'], inputs: ['thread', 'channel', 'document'], budget };
export const TASKS: AgentManifest = { id: 'mind/tasks', version: 1, capabilities: { reads: TEXTS, makes: ['tasks'] }, triggers: ['asked'], inputs: ['thread', 'channel', 'document'], budget };
export const LABELS: AgentManifest = { id: 'mind/labels', version: 2, capabilities: { reads: [MESSAGE], makes: ['labels'] }, triggers: ['asked'], inputs: ['thread', 'channel'], budget };
export const TOPICS: AgentManifest = { id: 'mind/topics', version: 1, capabilities: { reads: [MESSAGE], makes: ['topics'] }, triggers: ['asked'], inputs: ['channel'], budget };
export const ENTITIES: AgentManifest = { id: 'mind/entities', version: 1, capabilities: { reads: TEXTS, makes: ['entities'] }, triggers: ['asked'], inputs: ['thread', 'channel', 'document'], budget };
export const RELATED: AgentManifest = { id: 'mind/related', version: 2, capabilities: { reads: [...TEXTS, TASK], makes: ['related'], uses: ['embed'] }, triggers: ['asked'], inputs: ['thread', 'document', 'thing'], budget };
export const PRIORITIES: AgentManifest = { id: 'mind/priorities', version: 1, capabilities: { reads: [TASK], makes: ['priorities'] }, triggers: ['asked'], inputs: ['goal'], budget };
export const DIGEST: AgentManifest = { id: 'mind/digest', version: 1, capabilities: { reads: [MESSAGE], makes: ['digest'] }, triggers: ['asked'], inputs: ['hub'], budget };
export const EDITS: AgentManifest = { id: 'mind/edits', version: 1, capabilities: { reads: [DOCUMENT], makes: ['edits'] }, triggers: ['asked'], inputs: ['document'], budget };

export const OUTLINE: AgentManifest = { id: 'mind/outline', version: 1, capabilities: { reads: [DOCUMENT], makes: ['outline'] }, triggers: ['asked'], inputs: ['document'], budget };
export const QUESTIONS: AgentManifest = { id: 'mind/questions', version: 1, capabilities: { reads: [DOCUMENT], makes: ['questions'] }, triggers: ['asked'], inputs: ['document'], budget };
export const DAYS: AgentManifest = { id: 'mind/days', version: 1, capabilities: { reads: [TASK], makes: ['days'] }, triggers: ['asked'], inputs: ['goal'], budget };
export const WRITE: AgentManifest = { id: 'mind/write', version: 1, capabilities: { reads: [DOCUMENT], makes: ['draft'], uses: ['generate'] }, triggers: ['asked'], inputs: ['document'], budget };

export const MIND_AGENTS: readonly AgentManifest[] = [SUMMARY, TASKS, LABELS, TOPICS, ENTITIES, RELATED, PRIORITIES, DIGEST, EDITS, OUTLINE, QUESTIONS, DAYS, WRITE];

/** The agent of an id; undefined when this build has none. */
export const agentOf = (id: string): AgentManifest | undefined => MIND_AGENTS.find((one) => one.id === id);

/** Those that are offered beside a thing of a kind. */
export const AGENTS_FOR: Readonly<Record<InputKind, readonly string[]>> = {
  thread: [SUMMARY.id, TASKS.id, RELATED.id], channel: [SUMMARY.id, TASKS.id, LABELS.id, TOPICS.id, ENTITIES.id], document: [SUMMARY.id, TASKS.id, ENTITIES.id, RELATED.id, EDITS.id, OUTLINE.id, QUESTIONS.id, WRITE.id], thing: [RELATED.id], goal: [PRIORITIES.id, DAYS.id], hub: [DIGEST.id],
};

/** Of those of a document the ones that are offered where it is read as a lesson: what tells of it and asks about it, nothing that mends or writes it. */
export const LESSON_AGENTS: readonly string[] = [QUESTIONS.id, SUMMARY.id, OUTLINE.id];
