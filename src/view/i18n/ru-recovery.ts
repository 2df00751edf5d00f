/** Russian words of the screens that keep and bring back an identity. */
import type { enRecovery } from './en-recovery.ts';
import type { Words } from './types.ts';

export const ruRecovery: Words<typeof enRecovery> = {
  'recovery.ask': "Слово {n}",
  'recovery.check': "Проверить",
  'recovery.checkText': "Введите эти слова по своей записи. Если они верны, этот браузер навсегда забудет фразу.",
  'recovery.checkTitle': "Проверьте запись",
  'recovery.checked': "Проверено {date}. Этих слов в браузере больше нет: ключ вернёт только ваша запись.",
  'recovery.failed': "Не получилось. Ничего не изменилось; попробуйте ещё раз.",
  'recovery.hide': "Скрыть",
  'recovery.open': "Ещё не записана. Ваш ключ есть только в этом браузере; если стереть его данные, ключ пропадёт.",
  'recovery.phrase': "Фраза восстановления",
  'recovery.show': "Показать слова",
  'recovery.showText': "24 слова, которые вернут ваш ключ в любом браузере. Запишите их на бумаге по порядку и храните там, куда никто не заглянет: у кого эти слова, тот и есть вы.",
  'recovery.words': "Слова вашей фразы восстановления",
  'recovery.wrong': "Во фразе здесь другое слово.",
  'recovery.written': "Слова записаны",
  'error.badAnswers': "Проверяются не меньше четырёх разных слов. Ничего не изменилось.",
  'error.erased': "Этой фразы в браузере больше нет. Посмотрите свою запись.",
};
