/** Russian words of the first steps. */
import type { enStart } from './en-start.ts';
import type { Words } from './types.ts';

export const ruStart: Words<typeof enStart> = {
  'invite.whereTo': "В какое пространство",
  'start.device': "Добавьте второе устройство",
  'start.deviceAct': "К моим устройствам",
  'start.deviceDone': "Готово. То, что здесь, есть и на другом вашем устройстве.",
  'start.deviceNote': "Телефон или другой браузер: тот же человек, те же пространства.",
  'start.done': "Готово",
  'start.invite': "Пригласите кого-нибудь",
  'start.inviteAct': "Пригласить",
  'start.inviteDone': "Готово. {name} теперь в одном пространстве с вами.",
  'start.inviteNote': "Ссылка или код. Вы решаете, что можно.",
  'start.offline': "Уйдите из сети и вернитесь",
  'start.offlineAct': "Отключить",
  'start.offlineBack': "Вернуться",
  'start.offlineDone': { one: "Готово в {time}. {n} изменение без сети было на месте через {ms} мс после возвращения.", few: "Готово в {time}. {n} изменения без сети были на месте через {ms} мс после возвращения.", many: "Готово в {time}. {n} изменений без сети были на месте через {ms} мс после возвращения.", other: "Готово в {time}. {n} изменения без сети были на месте через {ms} мс после возвращения." },
  'start.offlineNote': "Отключите сеть, напишите, включите снова. Ничего не пропадёт.",
  'start.offlineNow': "Вы без сети. Напишите строку и вернитесь.",
  'start.open': "Ещё нет",
  'start.openSpace': "Открыть «{space}»",
  'start.text': "Этот канал ваш, как и всё здесь. Четыре вещи стоит попробовать; каждая отмечается сама, когда действительно произошла.",
  'start.title': "Начните здесь",
  'start.write': "Напишите строку",
  'start.writeAct': "Написать",
};
