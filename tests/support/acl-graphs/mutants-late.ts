/** The rules of newcomers, closed histories, proofs of forks and public links, each taken out or turned by one snippet. */
import type { Mutant } from '#tests/sim/support/mutant';
import { within } from './mutants.ts';

export const LATE_RULES: readonly Mutant[] = [
  ...within('apply', [
    { name: 'KEY9 the rule keeps nobody', find: 'present ? present.late : node.before.policy.late', replace: 'false' },
    { name: 'KEY9 the rule of the end counts, not that of the coming', find: 'present.late : node.before.policy.late', replace: 'present.late : state.policy.late' },
    { name: 'KEY9 a later grant says from when on one reads', find: 'present ? present.late : node.before.policy.late', replace: 'node.before.policy.late' },
    { name: 'KEY10 who came later opens what was before', find: 'state.members.get(node.author)?.late !== true', replace: "node.author !== ''" },
    { name: 'KEY10 who came later opens what was before as they leave', find: 'withPolicy(state.policy, act.set, opens)', replace: 'withPolicy(state.policy, act.set, state.members.get(node.author)?.late !== true)' },
    { name: 'KEY9 who came later gives all of before to who had a part', find: 'return opens ? null : (present.wider', replace: 'return opens || node.index >= 0 ? null : (present.wider' },
    { name: 'KEY9 who is given more by one of before is kept', find: 'return opens ? null : (present.wider', replace: 'return (present.wider' },
    { name: 'RIGHT26 who was here before becomes a link', find: ' || state.persons.get(accept!.uid) !== undefined', replace: '' },
    { name: 'RIGHT26 an invite under the key of a person makes a link of them', find: 'act.statement.link && ', replace: '' },
    { name: 'RIGHT26 nobody is a link', find: 'if (link !== null && ', replace: 'if (link !== null && node.index < 0 && ' },
  ]),
  ...within('view', [
    { name: 'KEY9 nothing is withheld', find: '=> since !== undefined && (', replace: "=> since === '' && (" },
    { name: 'KEY9 the key made in the record that lets in is withheld', find: 'record !== since && input.covers', replace: 'input.covers' },
    { name: 'KEY9 one old rotation of a key is enough', find: 'records.every((record) => record !== since', replace: 'records.some((record) => record !== since' },
    { name: 'KEY10 an open past is withheld', find: '(fragment === undefined || !state.policy.pasts.has(fragment)) && ', replace: '' },
    { name: 'RIGHT26 a link is given what finds the others', find: '...(state.links.has(uid) ? { link: true as const } : {})', replace: '' },
    { name: 'RIGHT17 the greatest n that is proven holds', find: 'Math.min(fork.n, known?.n ?? fork.n)', replace: 'Math.max(fork.n, known?.n ?? fork.n)' },
  ]),
  ...within('epochs', [
    { name: 'KEY9 who came later reads from the coming of who let them in', find: 'late ? path.at(-1) : undefined', replace: 'late ? path.at(0) : undefined' },
    { name: 'KEY9 the key in use is due to all', find: ' && !withheld(device, epoch))', replace: ')' },
    { name: 'KEY9 fragment keys of before are due to all', find: ' && !withheld(device, { records }, fragment)', replace: '' },
    { name: 'KEY10 an open past is due to nobody with the whole space', find: 'if (pasts.has(fragment)) due.push(...from);', replace: '' },
    { name: 'KEY10 all of the past is due where some of it is open', find: 'if (pasts.has(fragment)) due.push', replace: 'if (fragment !== DISCOVERY_KEY) due.push' },
  ]),
  ...within('policy', [
    { name: 'KEY9 any value keeps newcomers', find: 'set.get(history) === FROM_JOINING', replace: 'set.get(history) !== null' },
    { name: 'KEY9 the rule is never taken out', find: 'set.get(history) === FROM_JOINING', replace: 'before.late || set.get(history) === FROM_JOINING' },
    { name: 'KEY9 who came later takes the rule out', find: 'joining || (!opens && before.late)', replace: 'joining' },
    { name: 'KEY9 who came later takes it out with all others', find: 'return opens ? NO_POLICY : {', replace: 'return set.size === 0 ? NO_POLICY : {' },
  ]),
  ...within('pasts', [
    { name: 'KEY10 any value opens', find: 'if (value !== true) after.delete', replace: 'if (value === null) after.delete' },
    { name: 'KEY10 what is open stays open', find: 'after.delete(fragment);', replace: ';' },
    { name: 'KEY10 the directory is opened', find: 'bytes?.length === 16 && !Object.values(FRAGMENT).some((one) => equalBytes(one, bytes))', replace: 'bytes?.length === 16' },
  ]),
  ...within('permit', [
    { name: 'RIGHT40 a Member closes a history', find: "case 'baseline':\n      return author.role >= ROLE.admin", replace: "case 'baseline':\n      return author.role >= ROLE.member" },
    { name: 'RIGHT40 the directory is closed', find: '!RESERVED.has(act.fragment) && ', replace: '' },
    { name: 'RIGHT40 older builds stay', find: 'keepsOldOut(state, context.record, author) && ', replace: '' },
    { name: 'RIGHT40 closed where newcomers are kept', find: ' && !writtenToKeep(state);', replace: ';' },
    { name: 'RIGHT40 closed where newcomers will be kept', find: '=> policy.lateWritten || members', replace: '=> members' },
    { name: 'RIGHT40 closed where newcomers were kept', find: '=> policy.lateWritten || members.entries().some(([, { lateWritten }]) => lateWritten)', replace: '=> policy.lateWritten && members.entries().some(() => true)' },
    { name: 'RIGHT40 closed by who is given keys, not by what is written', find: '!writtenToKeep(state)', replace: '!keepsNewcomers(state)' },
    { name: 'RIGHT41 a Guest looks at it', find: "case 'say':\n      return author.role >= ROLE.member", replace: "case 'say':\n      return author.role >= ROLE.guest" },
    { name: 'RIGHT41 who has a part looks at it', find: 'return author.role >= ROLE.member && author.scope === null;', replace: 'return author.role >= ROLE.member;' },
    { name: 'RIGHT26 a link acts', find: ' || state.links.has(record.author)) return false;', replace: ') return false;' },
  ]),
  ...within('acl-record', [
    { name: 'RIGHT40 two histories are closed in one record', find: "'space.create', 'baseline']", replace: "'space.create']" },
    { name: 'RIGHT17 any two stubs prove', find: 'provenFork(space, op.a, op.b) ?', replace: 'op.a.length > 0 ?' },
    { name: 'RIGHT17 a Guest proves nothing', find: "provenFork(space, op.a, op.b) ? { t: 'other', need: ROLE.guest }", replace: "provenFork(space, op.a, op.b) ? { t: 'other', need: ROLE.member }" },
  ]),
  ...within('fork-proof', [
    { name: 'RIGHT17 a fork of another space', find: ' && equalBytes(parsed.value.header.space, space) ?', replace: ' ?' },
    { name: 'RIGHT17 records of two writers', find: ' || !equalBytes(first.header.writer, second.header.writer)', replace: '' },
    { name: 'RIGHT17 one record twice', find: ' || equalBytes(first.id, second.id)', replace: '' },
    { name: 'RIGHT17 two ids at one n prove nothing', find: 'return same || skips ?', replace: 'return skips ?' },
    { name: 'RIGHT17 another predecessor proves nothing', find: 'return same || skips ?', replace: 'return same ?' },
    { name: 'RIGHT17 records further apart', find: 'high.header.n === low.header.n + 1 && (', replace: 'high.header.n > low.header.n && (' },
    { name: 'RIGHT17 the next record', find: ' || !equalBytes(high.header.sprev, low.id))', replace: ' || !equalBytes(high.header.sprev, low.id) || same === skipped)' },
  ]),
  ...within('baselines', [
    { name: 'RIGHT41 who came later looks at it', find: ' && !lateWritten && ', replace: ' && ' },
    { name: 'RIGHT41 who is given no keys is not waited for, whatever is written', find: 'scope, lateWritten }', replace: 'scope, late: lateWritten }' },
    { name: 'RIGHT41 a link looks at it', find: ' && !state.links.has(uid)).map', replace: ').map' },
    { name: 'RIGHT41 its maker is a second word', find: '([uid, holds]) => holds && uid !== author', replace: '([, holds]) => holds' },
    { name: 'RIGHT41 words of who is gone count', find: '.filter(([uid]) => who.has(uid))', replace: '' },
    { name: 'RIGHT41 the first word counts', find: '.set(author, op.right)', replace: ".set(`${author}`, wordsOf(words, toBase64url(op.baseline)).get(author) ?? op.right)" },
    { name: 'RIGHT41 settled against a word', find: 'settled: wrong.length === 0 && (', replace: 'settled: (' },
    { name: 'RIGHT41 settled by its maker alone', find: "settled: wrong.length === 0 && (alone || right.length > 0)", replace: 'settled: wrong.length === 0' },
    { name: 'RIGHT41 stood on against more words', find: 'usable: wrong.length <= right.length && (', replace: 'usable: (' },
  ]),
  ...within('judge', [
    { name: 'RIGHT26 a link writes', find: "if (state.links.has(slot.uid)) return say", replace: "if (state.links.has(slot.uid) && state.owners < 0) return say" },
  ]),
];
