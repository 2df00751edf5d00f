/** The code of the agents: question in, answer out, the same on every device. Loaded by their worker (workers/agent.worker.ts) and by nothing else. */
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

type Code = (request: AgentRequest) => AgentOutput;

const CODE: Readonly<Record<string, Code>> = {
  'mind/summary': summarise, 'mind/tasks': extractTasks, 'mind/labels': classifyAll, 'mind/topics': groupTopics, 'mind/entities': nameAll, 'mind/related': relate, 'mind/priorities': proposePriorities, 'mind/digest': digest, 'mind/edits': proposeEdits,
  'mind/outline': proposeOutline, 'mind/questions': askQuestions, 'mind/days': proposeDays, 'mind/write': writeOn,
};

/** Runs the agent a request names; throws when this build has none of that name. */
export function runAgent(request: AgentRequest): AgentOutput {
  const code = CODE[request.agent];
  if (!code) throw new Error(`no agent ${request.agent}`);
  return code(request);
}
