"""Write a project: parts saved one by one by several people, documents, reminders."""
