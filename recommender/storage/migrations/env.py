"""Alembic's entry: the connection comes from `recommender.storage.migrate`."""

from alembic import context

from recommender.storage.migrate import VERSION_TABLE
from recommender.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the caller's transaction holds it all
)
context.run_migrations()
