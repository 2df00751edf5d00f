/** English words of tasks; they come with the panel. */
export const enTasks = {
  'task.answers': "Answers for it",
  'task.assignee': "Assignee",
  'task.bringBack': "Bring it back",
  'task.deleted': "“{title}” is in the trash.",
  'task.due': "Due",
  'task.findPerson': "Find a person",
  'task.from': "Made from",
  'task.gone': "This task is in the trash.",
  'task.made': "Task made: {title}",
  'task.madeBy': "By {name}, {moment}",
  'task.noPerson': "Nobody of that name is here.",
  'task.noWords': "There are no words here to make a task of.",
  'task.nobody': "Nobody yet",
  'task.one': "Task",
  'task.title': "Title",
  'task.toTrash': "Move to trash",
} as const;
