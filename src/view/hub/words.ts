/** Which words belong to what the Hub tells. */
import type { Reason, Urgency } from '#domain/hub';
import type { HappeningKind } from '#domain/shared';
import type { Key } from '#view/kit/i18n.tsx';
import type { List, Snooze } from './projection.ts';

export const LIST_WORD: Readonly<Record<List, Key>> = { all: 'hub.listAll', mentions: 'hub.listMentions', given: 'hub.listGiven', watching: 'hub.listWatching', saved: 'hub.listSaved', later: 'hub.listLater', done: 'hub.listDone' };

/** Title and sentence of an empty list that is kept by hand. */
export const NONE_WORD: Readonly<Record<'saved' | 'later' | 'done', readonly [Key, Key]>> = { saved: ['hub.noneSaved', 'hub.noneSavedText'], later: ['hub.noneLater', 'hub.noneLaterText'], done: ['hub.noneDone', 'hub.noneDoneText'] };

/** The second line of a row; the sentence behind "Why do I see this?". */
export const REASON_WORD: Readonly<Record<Reason, readonly [Key, Key]>> = {
  mention: ['hub.reasonMention', 'hub.whyMention'], reply: ['hub.reasonReply', 'hub.whyReply'], given: ['hub.reasonGiven', 'hub.whyGiven'], join: ['hub.reasonJoin', 'hub.whyJoin'], report: ['hub.reasonReport', 'hub.whyReport'],
  comment: ['hub.reasonComment', 'hub.whyComment'], proposal: ['hub.reasonProposal', 'hub.whyProposal'], missed: ['hub.reasonMissed', 'hub.whyMissed'], thread: ['hub.reasonThread', 'hub.whyThread'], follow: ['hub.reasonFollow', 'hub.whyFollow'],
};

export const KIND_WORD: Readonly<Record<HappeningKind, Key>> = { message: 'hub.kindMessage', task: 'hub.kindTask', resource: 'hub.kindResource', document: 'hub.kindDocument', proposal: 'hub.kindProposal', version: 'hub.kindVersion', channel: 'hub.kindChannel', person: 'hub.kindPerson', agent: 'hub.kindAgent', call: 'hub.kindCall' };

export const URGENCY_WORD: Readonly<Record<Urgency, Key>> = { overdue: 'hub.urgencyOverdue', today: 'hub.urgencyToday', soon: 'hub.urgencySoon', later: 'hub.urgencyLater', open: 'hub.urgencyOpen' };

export const SNOOZE_WORD: Readonly<Record<Snooze, Key>> = { hour: 'hub.snoozeHour', evening: 'hub.snoozeEvening', tomorrow: 'hub.snoozeTomorrow', monday: 'hub.snoozeMonday' };

type Told = HappeningKind | 'taskOver' | 'proposalOver' | 'agentOver';

/** What is over is told in words of its own. */
export const toldAs = (kind: HappeningKind, over: boolean): Told => (over && (kind === 'task' || kind === 'proposal' || kind === 'agent') ? `${kind}Over` : kind);

export const DIGEST_WORD: Readonly<Record<Told, Key>> = {
  message: 'hub.digestMessage', task: 'hub.digestTask', taskOver: 'hub.digestTaskOver', resource: 'hub.digestResource', document: 'hub.digestDocument', proposal: 'hub.digestProposal', proposalOver: 'hub.digestProposalOver', version: 'hub.digestVersion', channel: 'hub.digestChannel', person: 'hub.digestPerson', call: 'hub.digestCall', agent: 'hub.digestAgent', agentOver: 'hub.digestAgentOver',
};

export const ACTIVITY_WORD: Readonly<Record<Told | 'comment', Key>> = {
  message: 'hub.didMessage', comment: 'hub.didComment', task: 'hub.didTask', taskOver: 'hub.didTaskOver', resource: 'hub.didResource', document: 'hub.didDocument', proposal: 'hub.didProposal', proposalOver: 'hub.didProposalOver', version: 'hub.didVersion', channel: 'hub.didChannel', person: 'hub.didPerson', call: 'hub.didCall', agent: 'hub.didAgent', agentOver: 'hub.didAgentOver',
};
