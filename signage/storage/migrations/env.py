"""Alembic's entry: runs the revisions on the connection that `storage.migrate` hands in."""

from alembic import context

from signage.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
