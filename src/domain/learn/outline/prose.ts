/**
 * What a sentence of prose says that may be asked: the word it explains, what a short name stands for, a year, how many. English and Russian, by the forms of words alone; what does
 * not stand in one of these forms is not asked. Somebody approves each before anybody is asked it.
 */

export type ProseRule = 'definition' | 'name' | 'number';

/** The words that are asked, and where they stand in the sentence. */
export interface Asked {
  readonly rule: ProseRule;
  readonly words: string;
  readonly at: number;
}

/** Words at whose place somebody else stands: they name nothing. */
const NOBODY = new Set('this that these those it its he she they we you i there here what which who one each such all some many most both another other his her their our my your nothing everything somebody anybody это этот эта эти то тот та те он она оно они мы вы я ты там тут здесь что кто такой такая такое такие каждый каждая все всё другой другие один одна его её ее их наш ваш мой ничто никто'.split(' '));
/** Heads of sentences that explain nothing: "the reason is …". */
const HEADS = new Set('problem question reason result answer goal aim point idea rest fact thing way first second third last next following same only best worst main purpose task time day year weather truth case example difference advantage проблема вопрос причина результат ответ цель смысл идея факт дело способ первый второй третий последний следующий главное задача время день год погода правда случай пример разница преимущество'.split(' '));
/** What a meaning begins with that only says how somebody finds it. */
const OPINION = /^(?:an?|the)\s+(?:\w+ly\s+)?(?:frequent|common|popular|useful|powerful|simple|symptom|lot|bit|good|great|bad|nice|matter|same|case|reason|problem|must|shame|pleasure|pity|mistake|best|worst|first|last|next|only|big|small|few|little)\b/i;

const WORD = '[\\p{L}][\\p{L}\\p{M}\\p{N}’\'-]*';
/** One to four words. */
const TERM = `${WORD}(?: ${WORD}){0,3}?`;
/** What follows a thing that is told apart from others of its kind. */
const APART = /\b(?:that|which|who|where|when|whose|used|made|between|with|without|containing|consisting|designed|meant|needed|from|for|of|by)\b/i;
const APART_RU = /(?:котор|, котор|, где|, чем|, что|для |из |между |служащ|состоящ|предназначен|используем|содержащ|соединяющ|без |при помощи|с помощью)/u;

interface Form {
  readonly rule: ProseRule;
  readonly form: RegExp;
  /** The sentence with what was found; false: it is no such sentence. */
  holds?(found: RegExpExecArray, text: string): boolean;
}

const words = (text: string): string[] => text.toLowerCase().split(/[\s-]+/u);
const isTerm = (term: string): boolean => {
  const list = words(term);
  return !NOBODY.has(list[0]!) && !HEADS.has(list.at(-1)!) && !HEADS.has(list[0]!) && list.every((one) => !NOBODY.has(one) && one !== 'не' && one !== 'not') && term.length >= 3;
};
/** Long enough, and without the word it explains. */
const means = (term: string, meaning: string): boolean => meaning.trim().length >= 15 && (meaning.match(/\p{L}{2,}/gu)?.length ?? 0) >= 3 && !words(meaning).some((one) => one.startsWith(words(term).at(-1)!.slice(0, -1)) && words(term).at(-1)!.length > 3);
/** By its end: "причиной аварии является износ" explains nothing by its first words. */
const isInstrumental = (term: string): boolean => /(?:ом|ем|ём|ой|ей|ью|ым|им|ами|ями|ыми|ими)$/u.test(term.split(' ')[0]!.toLowerCase());
const ends = '(?=[,.;:)]| (?:and|or|because|when|if|in|on|at|by|since|for|as|but|while|after|before|which|that|to|with|и|или|потому|если|когда|в|на|при|для|а|но|который|которая|которое)(?![\\p{L}])|$)';

const is = (found: RegExpExecArray): boolean => isTerm(found[1]!) && !OPINION.test(found[2]!) && APART.test(found[2]!) && means(found[1]!, found[2]!);
const told = (found: RegExpExecArray): boolean => isTerm(found[1]!) && means(found[1]!, found[2]!);

/** Of the forms that say the name behind: something has to be said before it that has the name. */
const said = ({ 1: term, indices }: RegExpExecArray, text: string): boolean => isTerm(term!) && !NOBODY.has(words(text)[0]!) && indices![1]![0] > 20;

/** In their order: the first that holds is asked. The first group is what is asked. */
const FORMS: readonly Form[] = [
  { rule: 'definition', form: new RegExp(`^(?:An? |The )?(${TERM}) (?:is|are|was|were) ((?:an?|the|any|one of|part of)\\s.+)$`, 'diu'), holds: is },
  { rule: 'definition', form: new RegExp(`^(?:The )?(${WORD}(?: ${WORD}){0,2}?) are (${WORD}s (?:that|which|used|made|who|for|of) .+)$`, 'diu'), holds: is },
  { rule: 'definition', form: new RegExp(`^(?:By )?(?:An? |The )?(${TERM}) (?:means|mean|refers to|refer to|stands for|we mean|denotes|describes how) (.+)$`, 'diu'), holds: told },
  { rule: 'definition', form: new RegExp(`(?:is|are|was|were) (?:also |often |usually )?(?:called|known as|termed|referred to as) (?:an? |the )?["“«]?(${WORD}(?: ${WORD}){0,2}?)["”»]?${ends}`, 'diu'), holds: said },
  { rule: 'definition', form: new RegExp(`^(${TERM}) [–—-]{1,2} (?:это|то есть) (.+)$`, 'diu'), holds: told },
  { rule: 'definition', form: new RegExp(`^(${WORD}(?: ${WORD}){0,2}?) [–—] (.+)$`, 'diu'), holds: (found) => told(found) && APART_RU.test(found[2]!) },
  { rule: 'definition', form: new RegExp(`(?:называется|называются|называют|именуется|зовётся) ["“«]?(${WORD}(?: ${WORD}){0,2}?)["”»]?${ends}`, 'diu'), holds: said },
  { rule: 'definition', form: new RegExp(`^Под (${TERM}) (?:понимают|понимается|понимаются|подразумевают|подразумевается|имеют в виду) (.+)$`, 'diu'), holds: told },
  { rule: 'definition', form: new RegExp(`^(${TERM}) (?:представляет собой|представляют собой|обозначает|означает) (.+)$`, 'diu'), holds: (found) => told(found) && !isInstrumental(found[1]!) },
  { rule: 'definition', form: new RegExp(`^(${TERM}) (?:является|являются) (.+)$`, 'diu'), holds: (found) => told(found) && !isInstrumental(found[1]!) && APART_RU.test(found[2]!) },
  { rule: 'definition', form: new RegExp(`^(${TERM}) (?:служит для|служат для|предназначен для|предназначена для|предназначено для|предназначены для|нужен для того|нужна для того) (.+)$`, 'diu'), holds: told },
  { rule: 'name', form: new RegExp(`((?:${WORD} ){1,6}${WORD}) \\((\\p{Lu}{2,6})\\)`, 'du'), holds: ([, long, short]) => stands(long!, short!) },
  { rule: 'number', form: /(?<![\p{L}])(?:in|since|by|until|before|after) ((?:1[5-9]|20)\d\d)(?![\d\p{L}-])/diu },
  { rule: 'number', form: /(?<![\p{L}])(?:в|с|до|после|к) ((?:1[5-9]|20)\d\d)(?= (?:году|года|годом)|\u00a0г| г\.)/diu },
  { rule: 'number', form: /(?<![\p{L}])(?:has|have|had|consists of|consist of|contains|contain|comprises|includes|needs|takes|lasts|every|at least|at most|up to|within|after|exactly|about) (\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty) (?!\d)(?:\p{Ll}{3,} ){0,2}?\p{Ll}{2,}s(?![\p{L}])/diu },
  { rule: 'number', form: /(?<![\p{L}])(?:имеет|имеют|состоит из|состоят из|содержит|содержат|включает|требует|длится|делится на|каждые|не менее|не более|через|до|в течение|ровно|около) (\d{1,4}|два|две|двух|три|трёх|трех|четыре|четырёх|четырех|пять|пяти|шесть|шести|семь|семи|восемь|восьми|девять|десять|десяти|двенадцать|двенадцати|двадцать) (?!\d|час(?:а|ов)? утра)(?:\p{Ll}{3,} ){0,2}?\p{Ll}{3,}/diu },
];

/** Is each letter of the short name the first of a word of the long one, the last word that of the last? */
function stands(long: string, short: string): boolean {
  const initials = long.split(/[\s-]+/u).filter((one) => /^\p{Lu}|^\p{Ll}{4,}/u.test(one)).map((one) => one[0]!.toUpperCase()).join('');
  return initials.endsWith(short);
}

/** Lines of whoever owns or printed it, and references: nobody learns them. */
const FOOTERS = /©|\b(?:copyright|all rights|isbn|doi|version|revision|figure|fig|table|chapter|section|page|pp)\b|(?<![\p{L}])(?:рис|табл|глава|раздел|версия|редакция|стр|страница)(?![\p{L}])/iu;

/** What may be asked of a sentence; null: nothing. */
export function askedIn(sentence: string): Asked | null {
  const text = sentence.replace(/[.!…]+["”»)]*$/u, '');
  if (/\?/.test(sentence) || FOOTERS.test(sentence) || /^["“«(]/.test(sentence)) return null;
  for (const { rule, form, holds } of FORMS) {
    const found = form.exec(text);
    if (!found || (holds && !holds(found, text))) continue;
    // The short name is what is asked, not what it stands for.
    const group = rule === 'name' ? 2 : 1;
    return { rule, words: found[group]!, at: found.indices![group]![0] };
  }
  return null;
}
