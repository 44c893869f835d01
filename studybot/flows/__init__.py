"""One user story per file, read from top to bottom. Flows decide and store; how it looks is not their matter."""
