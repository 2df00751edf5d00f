/** Which words belong to agents, what they make and why they made nothing. */
import '#view/kit/mind-words.ts';
import type { Comparison } from '#os/agents/lineage';
import type { RunFault } from '#os/agents/runner';
import type { OutputKind } from '#os/agents/manifest';
import type { I18n, Key } from '#view/kit/i18n.tsx';

/** Name; what it does and reads, in a sentence; what the button says that asks for it. */
export const AGENT_WORD: Readonly<Record<string, readonly [name: Key, does: Key, act: Key]>> = {
  'mind/summary': ['mind.summary', 'mind.summaryDoes', 'mind.summaryAct'], 'mind/tasks': ['mind.tasks', 'mind.tasksDoes', 'mind.tasksAct'], 'mind/labels': ['mind.labels', 'mind.labelsDoes', 'mind.labelsAct'], 'mind/topics': ['mind.topics', 'mind.topicsDoes', 'mind.topicsAct'],
  'mind/entities': ['mind.entities', 'mind.entitiesDoes', 'mind.entitiesAct'], 'mind/related': ['mind.related', 'mind.relatedDoes', 'mind.relatedAct'], 'mind/priorities': ['mind.priorities', 'mind.prioritiesDoes', 'mind.prioritiesAct'], 'mind/digest': ['mind.digest', 'mind.digestDoes', 'mind.digestAct'], 'mind/edits': ['mind.edits', 'mind.editsDoes', 'mind.editsAct'],
  'mind/outline': ['mind.outline', 'mind.outlineDoes', 'mind.outlineAct'], 'mind/questions': ['mind.questions', 'mind.questionsDoes', 'mind.questionsAct'], 'mind/days': ['mind.days', 'mind.daysDoes', 'mind.daysAct'], 'mind/write': ['mind.write', 'mind.writeDoes', 'mind.writeAct'],
};

const FAULT: Readonly<Record<RunFault | 'nothing', Key>> = {
  'not-allowed': 'mind.faultAllowed', 'no-model': 'mind.faultModel', 'needs-model': 'mind.faultNeeds', 'too-much': 'mind.faultMuch', 'busy': 'mind.faultBusy', 'no-code': 'mind.faultCode', 'time': 'mind.faultTime', 'ended': 'mind.faultEnded', 'cancelled': 'mind.faultCancelled', 'bad-output': 'mind.faultBad', 'widens': 'mind.faultWidens', 'nothing': 'mind.faultNothing',
};

/** Why a run came to nothing; a word of another build counts as a stop. */
export const faultKey = (fault: string): Key => FAULT[fault as RunFault] ?? 'mind.faultEnded';

export const CHECK_WORD: Readonly<Record<Comparison, Key>> = { 'same': 'mind.checkSame', 'differs': 'mind.checkDiffers', 'other-inputs': 'mind.checkInputs', 'other-code': 'mind.checkCode' };

export const KIND_WORD: Readonly<Record<OutputKind, Key>> = {
  summary: 'mind.kindSummary', labels: 'mind.kindLabels', tasks: 'mind.kindTasks', entities: 'mind.kindEntities', related: 'mind.kindRelated', topics: 'mind.kindTopics', edits: 'mind.kindEdits', priorities: 'mind.kindPriorities', digest: 'mind.kindDigest', outline: 'mind.kindOutline', questions: 'mind.kindQuestions', days: 'mind.kindDays', draft: 'mind.kindDraft',
};

/** Its name in the reader's language; of one this build does not have, its id. */
export const agentName = (t: I18n['t'], id: string): string => (AGENT_WORD[id] ? t(AGENT_WORD[id][0]) : id);

/** What was made of an item, on the chip that leads there. */
export const MADE_KEY: Readonly<Partial<Record<OutputKind, Key>>> = { tasks: 'mind.taskMade', labels: 'mind.taskMade', priorities: 'mind.prioritySet', days: 'mind.daySet', questions: 'mind.cardMade' };

export const PRIORITY_KEY = { urgent: 'mind.levelUrgent', high: 'mind.levelHigh', normal: 'mind.levelNormal', low: 'mind.levelLow' } as const satisfies Record<string, Key>;

const LABEL: Readonly<Record<string, Key>> = {
  task: 'mind.isTask', question: 'mind.isQuestion', decision: 'mind.isDecision', info: 'mind.isInfo', heading: 'mind.isHeading', points: 'mind.isPoints', numbers: 'mind.isNumbers', here: 'mind.isHere', link: 'mind.isLink', mail: 'mind.isMail', money: 'mind.isMoney', phone: 'mind.isPhone', day: 'mind.isDay', time: 'mind.isTime', amount: 'mind.isAmount', person: 'mind.isPerson', name: 'mind.isName',
};

/** What an item is taken for. Words that are none of ours are those of the text itself. */
export const labelWord = (t: I18n['t'], label: string): string => (LABEL[label] ? t(LABEL[label]) : label);

const PLAN: Readonly<Record<string, Key>> = { late: 'mind.whyLate', due: 'mind.whyDue', critical: 'mind.whyCritical', slack: 'mind.whySlack', releases: 'mind.whyReleases', waits: 'mind.whyWaits' };
const SLIP: Readonly<Record<string, Key>> = { 'slip-doubled': 'mind.slipDoubled', 'slip-spaces': 'mind.slipSpaces', 'slip-before': 'mind.slipBefore', 'slip-after': 'mind.slipAfter' };
/** Reasons that are a sentence of their own. */
const SAID: Readonly<Record<string, Key>> = { 'model': 'mind.whyModel', 'wrote': 'mind.whyWrote', 'busy': 'mind.whyBusy', 'line': 'mind.whyLine', 'ask-term': 'mind.whyTerm', 'ask-number': 'mind.whyNumber', 'ask-word': 'mind.whyWord' };
const HOUR = 60;

/** Reasons as words: what the rule saw, in quotes; what the plan says, in sentences. */
export function whyWords({ t, lang }: Pick<I18n, 't' | 'lang'>, why: readonly string[]): string[] {
  const seen: string[] = [];
  const out: string[] = [];
  for (const one of why) {
    const at = one.indexOf(':');
    const [code, word] = at < 0 ? [one, ''] : [one.slice(0, at), one.slice(at + 1)];
    if (code === 'day') continue;
    if (SLIP[code]) out.push(t(SLIP[code]));
    else if (SAID[code]) out.push(t(SAID[code]));
    else if (code === 'paragraphs') out.push(t('mind.whyParagraphs', { n: Number(word) }));
    else if (code === 'n') out.push(t('mind.whyN', { n: Number(word) }));
    else if (PLAN[code]) out.push(t(PLAN[code], { n: code === 'releases' || code === 'waits' ? Number(word) : Math.round(Number(word) / HOUR) }));
    else if (word !== '') seen.push(lang === 'ru' ? `«${word}»` : `“${word}”`);
  }
  return seen.length > 0 ? [t('mind.because', { words: seen.join(', ') }), ...out] : out;
}
