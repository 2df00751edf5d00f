/** Pages written for this project: where each passes to another subject, and what of each is worth asking. Of every two pages the first was looked at while the rules were made, the second was not. */

/** Paragraphs by the part they belong to. */
export const PARTED: readonly (readonly (readonly string[])[])[] = [
  [
    ['The box of a sensor is closed by four screws and a gasket. The gasket lies in a groove of the box.', 'A gasket that is hard or torn lets water into the box. Look at the gasket every time the box is opened.', 'Close the screws of the box crosswise, each a little, until the gasket bulges evenly.'],
    ['The boat takes three people and the tools. Everybody in the boat wears a vest.', 'Before the boat leaves, somebody on land gets the names of all who are in it.', 'Nobody takes the boat out alone, and nobody takes the boat out at night.'],
    ['Readings come by radio every hour. A reading that is missing for a day is asked for by hand.', 'Doubtful readings are marked and never deleted. Whoever marks a reading writes why.', 'All readings of a month are looked at together before they are published.'],
  ],
  [
    ['Volunteers come twice a year. New volunteers go with somebody who has done it before.', 'Every volunteer gets a card with the numbers to call. Volunteers under sixteen bring a parent.', 'We thank our volunteers with a supper in November.'],
    ['Batteries last about eight months. In winter a battery is empty sooner.', 'Change the battery when its voltage is below 3.4 V. Old batteries go back to the office.', 'A battery that is warm or swollen is not touched; call us.'],
    ['The money of the project comes from two funds. The larger fund pays for three years.', 'Each fund wants a report in March. The reports have to name every expense.', 'Expenses above 500 euro need two signatures before the fund pays them.', 'What a fund does not pay is paid from gifts.'],
  ],
  [
    ['Корпус датчика закрыт четырьмя винтами и прокладкой. Прокладка лежит в пазу корпуса.', 'Твёрдая или рваная прокладка пропускает воду в корпус. Смотрите на прокладку каждый раз, когда открываете корпус.', 'Винты корпуса затягивают крест-накрест, понемногу, пока прокладка не выступит ровно.'],
    ['Лодка берёт трёх человек и инструменты. Все в лодке надевают жилеты.', 'Перед выходом лодки кто-то на берегу получает имена всех, кто в лодке.', 'Никто не выходит на лодке один, и никто не выходит на лодке ночью.'],
    ['Показания приходят по радио каждый час. Показание, которого нет сутки, запрашивают вручную.', 'Сомнительные показания помечают и никогда не удаляют. Кто пометил показание, пишет почему.', 'Все показания месяца просматривают вместе до публикации.'],
  ],
  [
    ['Волонтёры приезжают дважды в год. Новые волонтёры идут с тем, кто уже это делал.', 'Каждый волонтёр получает карточку с телефонами. Волонтёры до шестнадцати лет приходят с родителями.', 'В ноябре мы благодарим волонтёров ужином.'],
    ['Батареи хватает месяцев на восемь. Зимой батарея садится раньше.', 'Меняйте батарею, когда её напряжение ниже 3,4 В. Старые батареи возвращают в контору.', 'Тёплую или вздутую батарею не трогают; позвоните нам.'],
    ['Деньги проекта дают два фонда. Больший фонд платит три года.', 'Каждому фонду нужен отчёт в марте. В отчётах называют каждый расход.', 'Расходы выше 500 евро требуют двух подписей, прежде чем фонд их оплатит.', 'Чего не оплатил фонд, то платят из пожертвований.'],
  ],
];

/** Paragraphs with the words in them that are worth asking, each as it stands. */
export const ASKABLE: readonly (readonly (readonly [text: string, answers: readonly string[]])[])[] = [
  [
    ['Calibration – the comparison of a station with a reference gauge.', ['Calibration', 'reference gauge']],
    ['Every station is calibrated twice a year. A calibration takes 40 minutes and two people.', ['twice', '40 minutes', 'two people', 'calibration']],
    ['A logger whose reading differs by more than 1 cm is replaced.', ['1 cm', 'logger', 'replaced']],
    ['We like our work. The view is beautiful up there.', []],
    ['Gloves are useful, whatever the weather. Is the box dry? Then go on.', []],
    ['The results of a calibration are written into the book of the station.', ['book', 'results', 'station']],
  ],
  [
    ['A gland is a fitting through which a cable enters the box.', ['gland', 'cable', 'box']],
    ['The cable hangs in a loop below the gland, so that water drips off the loop.', ['loop', 'gland', 'water', 'cable']],
    ['Tighten the nut of the gland to 3 Nm. A nut that is too tight cuts the cable.', ['3 Nm', 'nut', 'cable', 'gland']],
    ['Thanks to everybody who helped in spring.', []],
    ['The loop needs 12 cm of room below the box.', ['12 cm', 'loop', 'box']],
    ['See the drawing on the next page.', []],
  ],
  [
    ['Калибровка – сравнение станции с эталонной рейкой.', ['Калибровка', 'рейкой', 'эталонной']],
    ['Станцию калибруют дважды в год. Калибровка занимает 40 минут и двух человек.', ['дважды', '40 минут', 'двух человек', 'Калибровка']],
    ['Логгер, показание которого отличается больше чем на 1 см, меняют.', ['1 см', 'Логгер', 'меняют']],
    ['Мы любим свою работу. Вид оттуда прекрасный.', []],
    ['Перчатки пригодятся в любую погоду. Корпус сухой? Тогда дальше.', []],
    ['Результаты калибровки записывают в журнал станции.', ['журнал', 'Результаты', 'станции', 'калибровки']],
  ],
  [
    ['Ввод – это деталь, через которую кабель входит в корпус.', ['Ввод', 'кабель', 'корпус']],
    ['Кабель висит петлёй под вводом, чтобы вода капала с петли.', ['петлёй', 'вводом', 'вода', 'Кабель']],
    ['Гайку ввода затягивают на 3 Нм. Слишком тугая гайка режет кабель.', ['3 Нм', 'гайка', 'кабель', 'ввода']],
    ['Спасибо всем, кто помогал весной.', []],
    ['Петле нужно 12 см места под корпусом.', ['12 см', 'Петле', 'корпусом']],
    ['Смотрите чертёж на следующей странице.', []],
  ],
];
