/** What a message is: something to do, a question, a decision, or news. By rules that can be read, each with its reason. English and Russian. */
import { dayFound } from '#domain/goals/words';

export const MESSAGE_KINDS = ['task', 'question', 'decision', 'info'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export interface Classified {
  readonly kind: MessageKind;
  /** Codes of the rules that spoke for it, each with the word it saw. */
  readonly why: readonly string[];
}

interface Rule {
  readonly kind: MessageKind;
  readonly weight: number;
  readonly code: string;
  readonly sign: RegExp;
}

const L = '(?<![\\p{L}\\p{N}])';
const R = '(?![\\p{L}\\p{N}])';
const word = (list: string): RegExp => new RegExp(`${L}(?:${list})${R}`, 'iu');
const first = (list: string): RegExp => new RegExp(`^[\\s>*•–—-]*(?:\\[ ?\\]\\s*)?(?:@?\\p{L}[\\p{L}-]*,\\s+)?(?:please\\s+|пожалуйста,?\\s+|let's\\s+|давай(?:те)?\\s+|then\\s+|and\\s+|also\\s+|и\\s+|ещё\\s+|тогда\\s+)*(?:${list})${R}`, 'iu');

/** Verbs that ask for something when they begin a sentence. */
const DO_EN = 'add|answer|arrange|ask|bring|book|buy|call|change|check|clean|close|collect|compare|contact|copy|create|cut|deliver|draft|email|find|finish|fix|fill|get|give|install|invite|keep|look into|mail|make|measure|move|order|pack|pay|pick|plan|post|prepare|print|publish|put|read|record|remind|remove|rename|repair|replace|reply|report|reserve|return|review|schedule|send|set|share|ship|sign|sort|stop|submit|take|talk to|tell|test|translate|try|turn|update|upload|verify|wash|write';
const DO_RU = 'добавь|ответь|спроси|принеси|привези|забронируй|купи|позвони|измени|проверь|почисти|закрой|собери|сравни|свяжись|создай|найди|закончи|почини|заполни|возьми|дай|установи|пригласи|посмотри|сделай|измерь|перенеси|закажи|упакуй|оплати|забери|запланируй|подготовь|распечатай|напечатай|опубликуй|положи|прочитай|запиши|напомни|убери|удали|переименуй|замени|отремонтируй|верни|назначь|отправь|пришли|поставь|поделись|подпиши|разбери|останови|сдай|расскажи|переведи|попробуй|обнови|загрузи|вымой|напиши|передай|скажи|договорись|узнай|уточни|составь|согласуй';
const INFINITIVE_RU = '[\\p{L}]{2,}(?:ть|ти|чь|ться|тись)';

const RULES: readonly Rule[] = [
  { kind: 'task', weight: 4, code: 'marked', sign: /^\s*(?:[-*•]\s*)?\[ ?\]\s|^\s*(?:[-*•]\s*)?(?:todo|to do|action|action item|ai|сделать|задача|поручение)\s*[:–-]/iu },
  { kind: 'task', weight: 4, code: 'request', sign: new RegExp(`${L}(?:(?:can|could|would|will) (?:you|somebody|someone|anybody|anyone)(?: please)? (?!know|remember|think|believe|like|see|hear|tell me|be)|would you mind|(?:can|could) we (?:please )?get|не мог(?:ли|ла)? бы|(?:кто-нибудь |вы |ты )?(?:можешь|можете|сможешь|сможете|может)(?: кто-нибудь| ли ты| ли вы)?,? (?:пожалуйста,? )?${INFINITIVE_RU})`, 'iu') },
  { kind: 'task', weight: 3, code: 'please', sign: word("please (?!note|see|find)\\p{L}+|pls|прошу|пожалуйста,? [\\p{L}]+|[\\p{L}]+(?:йте|ите|ьте|й|и|ь),? пожалуйста|don't forget|do not forget|make sure|remember to|не забуд(?:ь|ьте)|убедись|убедитесь") },
  { kind: 'task', weight: 3, code: 'need', sign: new RegExp(`${L}(?:(?:we|i|you|they|somebody|someone|he|she) (?:still |also |really )?(?:(?:need|needs|must|ought|should)(?: to)?|(?:have|has) to) (?!be|been|had|no|a |the |an )[a-z]+|needs? to be [a-z]+ed|has to be [a-z]+|must be (?!an? |the )[a-z]+|(?:надо|нужно|необходимо|следует|требуется|придётся|придется|пора|должен|должна|должны|осталось)(?: бы| ещё| срочно| будет| сегодня| завтра| нам| мне| тебе| вам){0,3} ${INFINITIVE_RU})`, 'iu') },
  { kind: 'task', weight: 3, code: 'does', sign: first(`${DO_EN}`) },
  { kind: 'task', weight: 3, code: 'does', sign: first(`${DO_RU}|[\\p{L}]{3,}(?:йте|ите|ьте)(?:сь)?`) },
  { kind: 'task', weight: 3, code: 'promise', sign: new RegExp(`${L}(?:i'll|i’ll|i will|i am going to|i'm going to) (?!be |have |not |never |say|admit|miss)[a-z]+|${L}(?:я )?(?:сделаю|отправлю|пришлю|позвоню|напишу|проверю|куплю|закажу|подготовлю|принесу|привезу|посмотрю|узнаю|уточню|займусь|возьмусь|передам|составлю|исправлю|починю|заберу|оплачу|договорюсь|спрошу|обновлю|запишусь|соберу)${R}`, 'iu') },
  { kind: 'task', weight: 2, code: 'all', sign: first(`let's (?!go with|take|use|say|agree|wait|hope|keep)[a-z]+|давай(?:те)? ${INFINITIVE_RU}`) },
  { kind: 'question', weight: 3, code: 'sign', sign: /\?(?=[\s"»”’)]|$)/u },
  { kind: 'question', weight: 2, code: 'asks', sign: /^[\s>]*(?:(?:so|and|but|а|и|но|так)\s+)?(?:who|what|when|where|why|how|which|whose|does|do we|do you|did|is there|are there|anyone know|any idea|any news|кто|что|когда|где|куда|откуда|почему|зачем|как|какой|какая|какие|какое|сколько|чей|чья|есть ли|можно ли|нужно ли|надо ли|стоит ли|правда ли|знает ли|кто-нибудь знает|подскажите|подскажи)(?![\p{L}\p{N}])/iu },
  { kind: 'question', weight: 2, code: 'asks', sign: word('wonder(?:ing)? (?:if|whether|what|how|why|when)|do(?:es)? anyone know|not sure (?:if|whether|how|what)|интересно,? (?:кто|что|когда|как|почему|где)|не (?:знаю|понимаю|уверена?|помню),? (?:ли|кто|что|когда|как|почему|где|стоит|нужно)') },
  { kind: 'decision', weight: 5, code: 'decided', sign: word("(?:we|they|the board|the team|everybody|everyone|both|all)(?: have| has| all|'ve)? (?:decided|agreed|settled|chose|approved|voted|concluded|resolved)|decided|it(?: is|'s| was) (?:decided|agreed|settled|final|approved)|(?:agreed|approved|settled|decision)\\s*[:–-]|agreed on|has been (?:approved|rejected|accepted)|was (?:approved|rejected|accepted)|final decision|решили|решено|решение\\s*[:–-]|договорились|договорено|утвердили|утверждено|утверждён[аоы]?|утвержден[аоы]?|приняли решение|принято решение|принято\\s*[:–-]|согласовали|согласовано|постановили|проголосовали|выбрали|одобрили|одобрено|отклонили|отклонено|пришли к (?:выводу|соглашению)|окончательно") },
  { kind: 'decision', weight: 4, code: 'takes', sign: word("(?:let's|let us|we(?:'ll| will| are going to|'re going to)|i(?:'d| would) say we) (?:go with|go for|take|use|stick with|stay with|keep|drop|skip|stop using|switch to|choose|pick|postpone|cancel)|we(?:'re| are) (?:going with|sticking with|staying with|dropping|switching to|cancelling|canceling|postponing)|go ahead with|the plan is|it's a deal|deal[.!]|берём|берем|оставляем|останавливаемся на|выбираем|переходим на|отказываемся от|откладываем|отменяем|переносим|пусть будет|будем (?:использовать|делать|считать|брать|покупать|работать|встречаться)|едем|остаёмся (?:на|с|при)|остаемся (?:на|с|при)") },
];

/** Said of what is over: nothing is to be done. */
const OVER = word("already|done|finished|i (?:have |'ve |just )?(?:sent|ordered|fixed|bought|called|checked|updated|wrote|made|paid|booked|moved|added|finished)|has been (?:sent|fixed|ordered|done|delivered|paid)|готово|сделано|уже|отправила?|заказала?|починила?|купила?|позвонила?|проверила?|обновила?|написала?|сделала?|оплатила?|закончила?");
/** A day makes what is asked for more of a task. */
const DAY = 1;
/** What is over counts so much less. */
const LESS = 3;
const ASKS_TASK = new Set(['request']);

/** Weights of all kinds for one message, with what spoke for each. */
export function weigh(said: string, today: string): Readonly<Record<MessageKind, { weight: number; why: string[] }>> {
  const text = said.replaceAll('’', "'");
  const out: Record<MessageKind, { weight: number; why: string[] }> = { task: { weight: 0, why: [] }, question: { weight: 0, why: [] }, decision: { weight: 0, why: [] }, info: { weight: 1, why: [] } };
  for (const { kind, weight, code, sign } of RULES) {
    const found = sign.exec(text);
    if (!found || out[kind].why.some((one) => one.startsWith(`${code}:`))) continue;
    out[kind].weight += weight;
    out[kind].why.push(`${code}:${found[0].trim().slice(0, 40)}`);
  }
  const { task, question } = out;
  const asked = task.why.some((one) => ASKS_TASK.has(one.split(':')[0]!));
  // "Could you send it?" asks for an act; "Should we send it?" asks.
  if (question.weight >= 3 && task.weight > 0) {
    if (asked) question.weight = 1;
    else task.weight = Math.max(0, task.weight - 3);
  }
  if (OVER.test(text) && !asked) task.weight = Math.max(0, task.weight - LESS);
  if (task.weight > 0) {
    const day = dayFound(text, today);
    if (day) {
      task.weight += DAY;
      task.why.push(`day:${day.day}`);
    }
  }
  return out;
}

/** What a message is. Of two that weigh the same the first of task, question, decision. */
export function classify(text: string, today: string): Classified {
  const all = weigh(text, today);
  const kind = MESSAGE_KINDS.reduce((best, one) => (all[one].weight > all[best].weight ? one : best));
  return { kind: all[kind].weight > 1 || kind === 'info' ? kind : 'info', why: all[kind].why };
}

/** What anybody would try first: a question mark, three words, else news. The measure of the rest. */
export function plainClass(text: string): MessageKind {
  if (text.includes('?')) return 'question';
  if (/decided|agreed|решили|договорились/iu.test(text)) return 'decision';
  return /please|need to|todo|пожалуйста|надо|нужно/iu.test(text) ? 'task' : 'info';
}
