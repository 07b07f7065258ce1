"""Alembic's entry: runs revisions on the connection the server hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite changes a column by copying the table.
    render_as_batch=True,
)
context.run_migrations()
