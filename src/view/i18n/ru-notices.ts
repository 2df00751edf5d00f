/** Russian words of notices of the system; they come when one is shown, and with their settings. */
import type { enNotices } from './en-notices.ts';
import type { Words } from './types.ts';

export const ruNotices: Words<typeof enNotices> = {
  'notices.bare': "Новое во «Входящих»",
  'notices.blocked': "Браузер не показывает уведомления этой страницы. Разрешите их в его настройках и вернитесь сюда.",
  'notices.closed': "Сервера уведомлений нет, поэтому при закрытом приложении ничего не приходит. Что пришло тем временем, ждёт во «Входящих».",
  'notices.from': "С",
  'notices.hour': "{n}:00",
  'notices.more': { one: "Во «Входящих» {n} новая запись", few: "Во «Входящих» {n} новые записи", many: "Во «Входящих» {n} новых записей", other: "Во «Входящих» {n} новой записи" },
  'notices.none': "Этот браузер не показывает уведомлений.",
  'notices.quiet': "Тихие часы",
  'notices.quietNote': "Уведомлений в это время нет; «Входящие» пополняются как обычно. По часам этого устройства.",
  'notices.reminder': "Напоминание",
  'notices.switch': "Уведомления на этом устройстве",
  'notices.switchNote': "Когда вас касается что-то новое, а вы смотрите в другое место. Видно, кто и первая строка, также на заблокированном экране.",
  'notices.to': "До",
};
