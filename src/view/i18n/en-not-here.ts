/** English words for what an address names and is not here; they come with the screens that say so. */
export const enNotHere = {
  'notHere.absent': "Nobody who can be reached now has it. It may come back with a device that is away.",
  'notHere.address': "Address",
  'notHere.looking': "Not everyone who may hold it has been asked.",
  'notHere.safe': "Your own work is saved here.",
  'notHere.tried': "Asked",
  'where.asked': { one: "{n} device", other: "{n} devices" },
  'where.nobody': "nobody can be reached now",
} as const;
