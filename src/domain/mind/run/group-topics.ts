/** What many messages are about: groups that share words. The digest tells besides the line of each group that says most. */
import type { AgentItem, AgentOutput, AgentRequest } from '#os/agents/output';
import { sentencesOf, summaryOf, topicsOf } from '#domain/mind/text';
import { item, limited } from './item.ts';

/** Topics that are told. */
const TOLD = 12;

const groups = ({ inputs }: AgentRequest, line: (words: readonly string[], texts: readonly number[]) => AgentItem): readonly AgentItem[] => limited(topicsOf(inputs.map(({ text }) => text)).slice(0, TOLD).map(({ words, texts }) => line(words, texts)));

export const groupTopics = (request: AgentRequest): AgentOutput => ({ kind: 'topics', items: groups(request, (words, texts) => item(words.join(', '), texts, { why: [`n:${texts.length}`] })) });

export function digest(request: AgentRequest): AgentOutput {
  return {
    kind: 'digest',
    items: groups(request, (words, texts) => {
      const sentences = sentencesOf(texts.map((at) => request.inputs[at]!.text));
      const [line] = summaryOf(sentences, 1);
      return item(line?.text ?? request.inputs[texts[0]!]!.text.slice(0, 400), line ? [texts[line.source]!] : [texts[0]!], { label: words.join(', ').slice(0, 64), why: [`n:${texts.length}`] });
    }),
  };
}
