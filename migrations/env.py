"""Run the migrations on the connection that studybot.store.upgrade hands over: one transaction for them all.

There is no alembic.ini: docs/database.md says how to add a migration.
"""

from alembic import context

from studybot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    transactional_ddl=True,
)
context.run_migrations()
