/** English words of "Where is this?"; they come with it. */
export const enWhere = {
  'where.catchingUp': "Something is known to exist that is not here yet.",
  'where.confirmed': "confirmed",
  'where.last': "Last confirmed {ago}.",
  'where.local': "Other devices are about to confirm.",
  'where.more': { one: "{n} more", other: "{n} more" },
  'where.newer': "Made with a newer version of LifeGraph: shown, kept and passed on, not changed here. A newer version of the app can change it.",
  'where.noOther': "No other copy exists",
  'where.notSaved': "not saved",
  'where.risk': "If this browser’s data is cleared, this and your key are gone. Invite someone or stay reachable to have a second copy.",
  'where.saved': "saved",
  'where.thisBrowser': "This browser",
  'where.unreached': { one: "{n} device is around and could not be reached in three tries or more.", other: "{n} devices are around and could not be reached in three tries or more." },
  'where.waiting': { one: "No way to other devices now. {n} change is kept here and is sent by itself.", other: "No way to other devices now. {n} changes are kept here and are sent by themselves." },
  'where.wrote': "wrote it",
} as const;
