/** What many messages are about: groups that share words. The digest tells besides the line of each group that says most. */
import type { Steps } from '#base/steps';
import type { AgentItem, AgentOutput, AgentRequest } from '#os/agents/output';
import { sentenceSteps, summarySteps, topicSteps, type Topic } from '#domain/mind/text';
import { item, limited } from './item.ts';

/** Topics that are told. */
const TOLD = 12;

function* told({ inputs }: AgentRequest): Steps<readonly Topic[]> {
  return (yield* topicSteps(inputs.map(({ text }) => text))).slice(0, TOLD);
}

export function* groupTopics(request: AgentRequest): Steps<AgentOutput> {
  const topics = yield* told(request);
  return { kind: 'topics', items: limited(topics.map(({ words, texts }) => item(words.join(', '), texts, { why: [`n:${texts.length}`] }))) };
}

export function* digest(request: AgentRequest): Steps<AgentOutput> {
  const items: AgentItem[] = [];
  for (const { words, texts } of yield* told(request)) {
    const [line] = yield* summarySteps(yield* sentenceSteps(texts.map((at) => request.inputs[at]!.text)), 1);
    items.push(item(line?.text ?? request.inputs[texts[0]!]!.text.slice(0, 400), line ? [texts[line.source]!] : [texts[0]!], { label: words.join(', ').slice(0, 64), why: [`n:${texts.length}`] }));
  }
  return { kind: 'digest', items: limited(items) };
}
