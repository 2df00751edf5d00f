/** Texts with what stands in them, written for this project: tasks with their days (seen from Monday 2027-05-17), names and figures, short summaries by hand, words they are about. */
import type { EntityKind } from '#domain/mind/text';

export const TODAY = '2027-05-17';

/** Notes: the sentences that are tasks, each with the day it names. */
export const NOTES: readonly { readonly text: string; readonly tasks: readonly (readonly [sentence: string, day: string | null])[] }[] = [
  { text: 'The meeting began late. Anna reported that station four is dry. Boris, please order ten gaskets by Friday. We agreed to meet again in June. The old cable is too short. Somebody has to measure the new route.', tasks: [['Boris, please order ten gaskets by Friday.', '2027-05-21'], ['Somebody has to measure the new route.', null]] },
  { text: 'Вода в реке поднялась на метр. Нужно переставить третий датчик до 3 июня. Анна уже отправила письмо в лесничество. Кто поедет в субботу? Борис, забронируй машину на пятницу.', tasks: [['Нужно переставить третий датчик до 3 июня.', '2027-06-03'], ['Борис, забронируй машину на пятницу.', '2027-05-21']] },
  { text: 'Minutes\nTo do: print the leaflets\nThe budget is 4,000 euro.\n- [ ] invite the school of Gyumri until 2027-06-01\nWe decided to keep the old logo.\nI will write the report tomorrow.', tasks: [['To do: print the leaflets', null], ['- [ ] invite the school of Gyumri until 2027-06-01', '2027-06-01'], ['I will write the report tomorrow.', '2027-05-18']] },
  { text: 'Протокол\nРешили не менять поставщика.\nЗадача: составить список станций\nПоказания за май в таблице.\nПожалуйста, проверьте батареи до 24 мая.\nНасос работает.', tasks: [['Задача: составить список станций', null], ['Пожалуйста, проверьте батареи до 24 мая.', '2027-05-24']] },
  { text: 'Thanks for coming. The van is repaired. Does the permit cover the bridge? Could you ask the ministry in two weeks? The answer was friendly. Make sure that the keys are back by Monday.', tasks: [['Could you ask the ministry in two weeks?', null], ['Make sure that the keys are back by Monday.', '2027-05-24']] },
  { text: 'Погода хорошая. Завтра заменю фильтр на второй станции. Фильтры лежат в шкафу. Можешь прислать мне номер лесника? Лесник приезжал вчера. Осталось подписать договор через 3 дня.', tasks: [['Завтра заменю фильтр на второй станции.', '2027-05-18'], ['Можешь прислать мне номер лесника?', null], ['Осталось подписать договор через 3 дня.', '2027-05-20']] },
  { text: 'Station six will be built on the left bank. Don’t forget the map. Nobody likes the new form. We should call the printer today. The form was made in a hurry. Please tell Noor that lunch is at one.', tasks: [['Don’t forget the map.', null], ['We should call the printer today.', '2027-05-17'], ['Please tell Noor that lunch is at one.', null]] },
  { text: 'Список готов. Давайте напечатаем его до среды. Бумага есть. Принтер шумит. Надо бы его почистить. Договорились, что ключи у Нур.', tasks: [['Давайте напечатаем его до среды.', '2027-05-19'], ['Надо бы его почистить.', null]] },
];

export const PEOPLE: readonly (readonly [string, string])[] = [['u-anna', 'Anna'], ['u-boris', 'Boris'], ['u-noor', 'Noor'], ['u-анна', 'Анна'], ['u-борис', 'Борис']];

export const NAMED: readonly { readonly text: string; readonly named: readonly (readonly [EntityKind, string])[] }[] = [
  { text: 'Anna meets the ministry in Yerevan on 3 June at 14:30.', named: [['person', 'Anna'], ['name', 'Yerevan'], ['day', '3 June'], ['time', '14:30']] },
  { text: 'Write to office@riverwatch.example or see https://riverwatch.example/stations.', named: [['mail', 'office@riverwatch.example'], ['link', 'https://riverwatch.example/stations']] },
  { text: 'The seals cost 40 euro, the cable $1,200 and the van 3.5k.', named: [['money', '40 euro'], ['money', '$1,200']] },
  { text: 'Call Boris at +374 10 555 123 before Friday.', named: [['person', 'Boris'], ['phone', '+374 10 555 123'], ['day', 'Friday']] },
  { text: 'The box weighs 12 kg and is 40 cm long.', named: [['amount', '12 kg'], ['amount', '40 cm']] },
  { text: 'Water rose 20% in 3 days near Lake Sevan.', named: [['amount', '20%'], ['amount', '3 days'], ['name', 'Lake Sevan']] },
  { text: 'It was 2027-05-03 when Noor came to Gyumri.', named: [['day', '2027-05-03'], ['person', 'Noor'], ['name', 'Gyumri']] },
  { text: 'Nothing is named here at all.', named: [] },
  { text: 'The World Bank and Davit Petrosyan signed today.', named: [['name', 'World Bank'], ['name', 'Davit Petrosyan'], ['day', 'today']] },
  { text: 'I think we paid 15 000 euro to Nordic Sensors.', named: [['money', '15 000 euro'], ['name', 'Nordic Sensors']] },
  { text: 'Анна едет в Гюмри 3 июня в 14:30.', named: [['person', 'Анна'], ['name', 'Гюмри'], ['day', '3 июня'], ['time', '14:30']] },
  { text: 'Прокладки стоят 40 евро, кабель 1200 руб., машина дороже.', named: [['money', '40 евро'], ['money', '1200 руб.']] },
  { text: 'Передай Борису, что ящик весит 12 кг.', named: [['person', 'Борису'], ['amount', '12 кг']] },
  { text: 'Пишите на office@reka.example или звоните 8 (374) 555-12-34 до пятницы.', named: [['mail', 'office@reka.example'], ['phone', '8 (374) 555-12-34'], ['day', 'пятницы']] },
  { text: 'За 3 дня вода у озера Севан поднялась на 20%.', named: [['amount', '3 дня'], ['name', 'Севан'], ['amount', '20%']] },
  { text: 'Завтра Давит Петросян подпишет договор.', named: [['day', 'Завтра'], ['name', 'Давит Петросян']] },
  { text: 'Адрес: https://reka.example/karta, пароль прежний.', named: [['link', 'https://reka.example/karta']] },
  { text: 'Ничего особенного не случилось.', named: [] },
  { text: 'Спроси у Анны про 24.05 и про зал в Ереване.', named: [['person', 'Анны'], ['day', '24.05'], ['name', 'Ереване']] },
  { text: 'Мы заплатили 15 тыс. руб. за 6 месяцев.', named: [['money', '15 тыс. руб.'], ['amount', '6 месяцев']] },
];

export interface Told {
  readonly kind: 'thread' | 'document';
  /** Messages, or paragraphs. */
  readonly texts: readonly string[];
  /** Written by hand, in other words where that came so. */
  readonly summary: string;
  readonly words: readonly string[];
}

export const TOLD: readonly Told[] = [
  { kind: 'thread', words: ['gasket', 'sensor', 'silicone', 'supplier', 'river'], summary: 'The gaskets of several sensors leak at high water and spoil the readings. Silicone gaskets from the new supplier are ordered for all ten sensors.', texts: ['Good morning!', 'The third sensor shows nonsense again.', 'I opened it: the gasket leaks when the river is high, and water spoils the readings.', 'Same thing with the second sensor last spring.', 'Was it the rubber one?', 'Yes, rubber. They get hard in winter.', 'The new supplier has silicone gaskets that hold the pressure of the river.', 'How much?', 'Four euro each.', 'Then order silicone gaskets from the new supplier for all ten sensors.', 'Done, they come on Friday.', 'Great, thanks.'] },
  { kind: 'thread', words: ['boat', 'permit', 'bridge', 'saturday', 'ministry'], summary: 'The trip by boat to the bridge on Saturday needs a permit of the ministry. Boris asks for the permit; without it they go by road.', texts: ['Who is in for Saturday?', 'Me, if the weather holds.', 'We planned to go by boat to the bridge site.', 'Careful, for the bridge we need a permit now.', 'Since when?', 'Since May, the ministry wants a permit for every boat under the bridge.', 'Boris, can you ask the ministry for the permit?', 'I will ask them tomorrow.', 'If the permit does not come in time we go by road to the bridge.', 'Fine with me.', 'I bring sandwiches.'] },
  { kind: 'document', words: ['station', 'calibration', 'reference', 'reading', 'logger'], summary: 'Every station is calibrated twice a year against a reference gauge. A logger whose reading differs by more than one centimetre is replaced and its readings are marked.', texts: ['Our stations stand in the open all year. Sun, ice and curious animals work on them.', 'Every station is calibrated twice a year, in April and in October. The calibration compares the reading of the station with a reference gauge that two people read independently.', 'If the reading differs from the reference gauge by more than one centimetre, the logger is replaced. All readings of that logger since the last calibration are marked as doubtful.', 'A calibration takes about an hour. Bring gloves.', 'The results of a calibration are written into the book of the station, with date and names.'] },
  { kind: 'document', words: ['data', 'license', 'archive', 'school', 'open'], summary: 'All data of the project is open and may be used by anybody who names the source. A copy of the archive is made every month and schools get it as tables.', texts: ['River Watch began with three friends and a rope with knots.', 'All data that we collect is open data. Anybody may use the data for any purpose under an open license, as long as the source is named.', 'Every month a copy of the whole archive is made and kept in two places.', 'Schools get the data of the archive as tables with an explanation. Teachers like the open data because pupils can find their own village in it.', 'Questions about the data are answered by mail. We are slow in summer.'] },
  { kind: 'thread', words: ['прокладка', 'датчик', 'силикон', 'поставщик', 'вода'], summary: 'Прокладки нескольких датчиков текут при высокой воде и портят показания. Для всех десяти датчиков заказаны силиконовые прокладки у нового поставщика.', texts: ['Доброе утро!', 'Третий датчик опять показывает ерунду.', 'Я его открыл: прокладка течёт при высокой воде, вода портит показания датчика.', 'Прошлой весной то же самое было со вторым датчиком.', 'Она была резиновая?', 'Да, резина зимой твердеет.', 'У нового поставщика есть силиконовые прокладки, они держат давление воды.', 'Почём?', 'Четыре евро штука.', 'Тогда закажи у нового поставщика силиконовые прокладки для всех десяти датчиков.', 'Готово, будут в пятницу.', 'Отлично, спасибо.'] },
  { kind: 'thread', words: ['лодка', 'разрешение', 'мост', 'министерство', 'суббота'], summary: 'Для поездки на лодке к мосту в субботу нужно разрешение министерства. Борис просит разрешение; если его не дадут, поедут по дороге.', texts: ['Кто едет в субботу?', 'Я, если будет погода.', 'Мы хотели на лодке к мосту.', 'Осторожно, для моста теперь нужно разрешение.', 'С каких пор?', 'С мая министерство требует разрешение на каждую лодку под мостом.', 'Борис, можешь попросить в министерстве разрешение?', 'Завтра спрошу.', 'Если разрешение не придёт вовремя, поедем к мосту по дороге.', 'Я согласна.', 'С меня бутерброды.'] },
  { kind: 'document', words: ['станция', 'калибровка', 'эталон', 'показание', 'логгер'], summary: 'Каждую станцию калибруют дважды в год по эталонной рейке. Логгер, показания которого отличаются больше чем на сантиметр, меняют, а его показания помечают.', texts: ['Наши станции круглый год стоят под открытым небом. Их портят солнце, лёд и любопытные звери.', 'Каждую станцию калибруют дважды в год, в апреле и в октябре. При калибровке показание станции сравнивают с эталонной рейкой, которую независимо читают два человека.', 'Если показание отличается от эталонной рейки больше чем на сантиметр, логгер меняют. Все показания этого логгера с прошлой калибровки помечают как сомнительные.', 'Калибровка занимает около часа. Возьмите перчатки.', 'Результаты калибровки записывают в журнал станции с датой и именами.'] },
  { kind: 'document', words: ['данные', 'открытый', 'архив', 'школа', 'источник'], summary: 'Все данные проекта открыты, их может использовать любой, кто назовёт источник. Каждый месяц делают копию архива, школы получают его в виде таблиц.', texts: ['Всё началось с трёх друзей и верёвки с узлами.', 'Все данные, которые мы собираем, открыты. Любой может использовать открытые данные для чего угодно, если назовёт источник данных.', 'Каждый месяц делают копию всего архива и хранят её в двух местах.', 'Школы получают данные архива в виде таблиц с пояснением. Учителям нравятся открытые данные, потому что ученики находят в них свою деревню.', 'На вопросы о данных отвечаем по почте. Летом мы медленные.'] },
];

/** Messages of one channel, with the topic of each. */
export const CHANNELS: readonly (readonly (readonly [topic: string, text: string])[])[] = [
  [
    ['gasket', 'The gasket of sensor three leaks.'], ['boat', 'Is the boat free on Saturday?'], ['gasket', 'Leaking gaskets spoil the sensor readings.'], ['site', 'The page with the map does not load on my phone.'], ['boat', 'Boris has the boat on Saturday morning.'], ['gasket', 'Silicone gaskets would not leak.'],
    ['site', 'On a phone the map of the site is cut off.'], ['money', 'The invoice for the cable is still unpaid.'], ['boat', 'Then we take the boat in the afternoon.'], ['money', 'I paid the invoice yesterday.'], ['site', 'The map loads again, the page was too large for the phone.'], ['gasket', 'Sensor three has its silicone gasket now.'],
    ['money', 'The bank wants a copy of the invoice.'], ['boat', 'The boat needs petrol for the afternoon.'],
  ],
  [
    ['прокладка', 'Прокладка третьего датчика течёт.'], ['лодка', 'Лодка в субботу свободна?'], ['прокладка', 'Текущие прокладки портят показания датчика.'], ['сайт', 'Страница с картой не открывается на телефоне.'], ['лодка', 'Лодку в субботу утром взял Борис.'], ['прокладка', 'Силиконовые прокладки не текли бы.'],
    ['сайт', 'На телефоне карта на сайте обрезана.'], ['деньги', 'Счёт за кабель ещё не оплачен.'], ['лодка', 'Тогда берём лодку после обеда.'], ['деньги', 'Я оплатил счёт вчера.'], ['сайт', 'Карта снова открывается, страница была слишком большой для телефона.'], ['прокладка', 'У третьего датчика теперь силиконовая прокладка.'],
    ['деньги', 'Банк просит копию счёта.'], ['лодка', 'Для лодки после обеда нужен бензин.'],
  ],
];
