/** The code of the agents: question in, answer out, the same on every device. Loaded by their worker (workers/agent.worker.ts) and by nothing else. */
import { atOnce, type Steps } from '#base/steps';
import type { AgentOutput, AgentRequest } from '#os/agents/output';
import { askQuestions } from './ask-questions.ts';
import { classifyAll } from './classify-all.ts';
import { extractTasks } from './extract-tasks.ts';
import { nameAll } from './name-all.ts';
import { proposeDays } from './propose-days.ts';
import { proposeEdits } from './propose-edits.ts';
import { proposeOutline } from './propose-outline.ts';
import { proposePriorities } from './propose-priorities.ts';
import { relate } from './relate.ts';
import { digest, groupTopics } from './group-topics.ts';
import { summarise } from './summarise.ts';
import { writeOn } from './write-on.ts';

/** In steps, where it takes a while. */
type Code = (request: AgentRequest) => Steps<AgentOutput> | AgentOutput;

const CODE: Readonly<Record<string, Code>> = {
  'mind/summary': summarise, 'mind/tasks': extractTasks, 'mind/labels': classifyAll, 'mind/topics': groupTopics, 'mind/entities': nameAll, 'mind/related': relate, 'mind/priorities': proposePriorities, 'mind/digest': digest, 'mind/edits': proposeEdits,
  'mind/outline': proposeOutline, 'mind/questions': askQuestions, 'mind/days': proposeDays, 'mind/write': writeOn,
};

/** Runs the agent a request names; throws when this build has none of that name. */
export const runAgent = (request: AgentRequest): AgentOutput => atOnce(agentSteps(request));

/** The same in steps of a text, of a sentence or of a group, as it goes: between two of them its thread may be ended. What is asked of the planning engine is one step. */
export function* agentSteps(request: AgentRequest): Steps<AgentOutput> {
  const code = CODE[request.agent];
  if (!code) throw new Error(`no agent ${request.agent}`);
  const made = code(request);
  return 'kind' in made ? made : yield* made;
}
