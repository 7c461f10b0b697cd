"""The first history: products, prices, stock, order lines, events, identities, consents."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('categories',
        sa.Column('category', sa.Text(), nullable=False),
        sa.Column('name_ja', sa.Text(), nullable=False),
        sa.Column('short_ja', sa.Text(), nullable=False),
        sa.Column('name_en', sa.Text(), nullable=False),
        sa.Column('family', sa.Text(), nullable=False),
        sa.Column('pictogram', sa.Text(), nullable=False),
        sa.Column('price_kind', sa.Text(), nullable=False),
        sa.Column('tax', sa.Integer(), nullable=False),
        sa.Column('law_class', sa.Text(), nullable=False),
        sa.Column('public_safe', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('category', name=op.f('pk_categories'))
    )
    op.create_table('erasures',
        sa.Column('id', SERIAL, nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.Column('lines', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures'))
    )
    op.create_table('events',
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('event_id', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('source', 'event_id', name=op.f('pk_events')),
        sqlite_with_rowid=False
    )
    op.create_table('identifiers',
        sa.Column('id', SERIAL, nullable=False),
        sa.Column('namespace', sa.Text(), nullable=False),
        sa.Column('value_hash', sa.LargeBinary(), nullable=False),
        sa.Column('profile_id', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_identifiers')),
        sa.UniqueConstraint('namespace', 'value_hash', name=op.f('uq_identifiers_namespace_value_hash'))
    )
    op.create_index(op.f('ix_identifiers_profile_id'), 'identifiers', ['profile_id'], unique=False)
    op.create_table('import_runs',
        sa.Column('id', SERIAL, nullable=False),
        sa.Column('file', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('started_at', sa.BigInteger(), nullable=False),
        sa.Column('ended_at', sa.BigInteger(), nullable=True),
        sa.Column('lines', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('added', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('known', sa.BigInteger(), server_default='0', nullable=False),
        sa.Column('rejected', sa.BigInteger(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_import_runs'))
    )
    op.create_table('interactions',
        sa.Column('id', sa.Text(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.Column('gtin', sa.BigInteger(), nullable=True),
        sa.Column('store_id', sa.Text(), nullable=False),
        sa.Column('screen_id', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_interactions')),
        sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_interactions_at'), 'interactions', ['at'], unique=False)
    op.create_table('order_lines',
        sa.Column('order_id', sa.Text(), nullable=False),
        sa.Column('line_id', sa.Text(), nullable=False),
        sa.Column('identifier_id', sa.BigInteger(), nullable=True),
        sa.Column('store_id', sa.Text(), nullable=False),
        sa.Column('ordered_at', sa.BigInteger(), nullable=False),
        sa.Column('gtin', sa.BigInteger(), nullable=False),
        sa.Column('quantity', sa.Integer(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('currency', sa.Text(), nullable=False),
        sa.Column('channel', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('order_id', 'line_id', name=op.f('pk_order_lines')),
        sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_order_lines_identifier_id'), 'order_lines', ['identifier_id'], unique=False)
    op.create_index(op.f('ix_order_lines_ordered_at'), 'order_lines', ['ordered_at'], unique=False)
    op.create_table('price_history',
        sa.Column('gtin', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('store_id', sa.Text(), nullable=False),
        sa.Column('since', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('currency', sa.Text(), nullable=False),
        sa.Column('simulated', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('gtin', 'store_id', 'since', name=op.f('pk_price_history')),
        sqlite_with_rowid=False
    )
    op.create_table('prices',
        sa.Column('gtin', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('store_id', sa.Text(), nullable=False),
        sa.Column('amount_minor', sa.BigInteger(), nullable=False),
        sa.Column('currency', sa.Text(), nullable=False),
        sa.Column('since', sa.BigInteger(), nullable=False),
        sa.Column('simulated', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('gtin', 'store_id', name=op.f('pk_prices')),
        sqlite_with_rowid=False
    )
    op.create_table('stock',
        sa.Column('gtin', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('store_id', sa.Text(), nullable=False),
        sa.Column('quantity', sa.BigInteger(), nullable=False),
        sa.Column('as_of', sa.BigInteger(), nullable=False),
        sa.Column('simulated', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('gtin', 'store_id', name=op.f('pk_stock')),
        sqlite_with_rowid=False
    )
    op.create_table('stores',
        sa.Column('code', sa.Integer(), nullable=False),
        sa.Column('store_id', sa.Text(), nullable=False),
        sa.Column('zone', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('code', name=op.f('pk_stores')),
        sa.UniqueConstraint('store_id', name=op.f('uq_stores_store_id'))
    )
    op.create_table('versions',
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('value', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_versions'))
    )
    op.create_table('consents',
        sa.Column('id', SERIAL, nullable=False),
        sa.Column('identifier_id', sa.BigInteger(), nullable=False),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('granted', sa.Integer(), server_default='0', nullable=False),
        sa.Column('version', sa.Text(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['identifier_id'], ['identifiers.id'], name=op.f('fk_consents_identifier_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_consents'))
    )
    op.create_index(op.f('ix_consents_identifier_id'), 'consents', ['identifier_id'], unique=False)
    op.create_table('identity_edges',
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('event_id', sa.Text(), nullable=False),
        sa.Column('a', sa.BigInteger(), nullable=False),
        sa.Column('b', sa.BigInteger(), nullable=False),
        sa.Column('at', sa.BigInteger(), nullable=False),
        sa.Column('revoked_at', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['a'], ['identifiers.id'], name=op.f('fk_identity_edges_a')),
        sa.ForeignKeyConstraint(['b'], ['identifiers.id'], name=op.f('fk_identity_edges_b')),
        sa.PrimaryKeyConstraint('source', 'event_id', name=op.f('pk_identity_edges'))
    )
    op.create_index(op.f('ix_identity_edges_a'), 'identity_edges', ['a'], unique=False)
    op.create_index(op.f('ix_identity_edges_b'), 'identity_edges', ['b'], unique=False)
    op.create_table('import_rejects',
        sa.Column('run_id', sa.BigInteger(), nullable=False),
        sa.Column('line', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('raw', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['import_runs.id'], name=op.f('fk_import_rejects_run_id')),
        sa.PrimaryKeyConstraint('run_id', 'line', name=op.f('pk_import_rejects')),
        sqlite_with_rowid=False
    )
    op.create_table('member_aliases',
        sa.Column('alias', sa.LargeBinary(), nullable=False),
        sa.Column('identifier_id', sa.BigInteger(), nullable=False),
        sa.Column('day', sa.Integer(), nullable=False),
        sa.Column('secret', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['identifier_id'], ['identifiers.id'], name=op.f('fk_member_aliases_identifier_id')),
        sa.PrimaryKeyConstraint('alias', name=op.f('pk_member_aliases')),
        sa.UniqueConstraint('identifier_id', 'day', name=op.f('uq_member_aliases_identifier_id_day'))
    )
    op.create_index(op.f('ix_member_aliases_day'), 'member_aliases', ['day'], unique=False)
    op.create_table('products',
        sa.Column('gtin', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('name_ja', sa.Text(), nullable=False),
        sa.Column('name_en', sa.Text(), nullable=False),
        sa.Column('short_ja', sa.Text(), nullable=False),
        sa.Column('brand', sa.Text(), nullable=False),
        sa.Column('size', sa.Text(), nullable=False),
        sa.Column('category', sa.Text(), nullable=False),
        sa.Column('maker', sa.Text(), nullable=False),
        sa.Column('in_models', sa.Integer(), server_default='1', nullable=False),
        sa.Column('public_safe', sa.Integer(), server_default='1', nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('sold', sa.BigInteger(), server_default='0', nullable=False),
        sa.ForeignKeyConstraint(['category'], ['categories.category'], name=op.f('fk_products_category')),
        sa.PrimaryKeyConstraint('gtin', name=op.f('pk_products'))
    )
    op.create_index(op.f('ix_products_category'), 'products', ['category'], unique=False)
    op.create_index(op.f('ix_products_sold'), 'products', ['sold'], unique=False)
    op.create_table('sessions',
        sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
        sa.Column('identifier_id', sa.BigInteger(), nullable=False),
        sa.Column('created_at', sa.BigInteger(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['identifier_id'], ['identifiers.id'], name=op.f('fk_sessions_identifier_id')),
        sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_sessions'))
    )
    op.create_index(op.f('ix_sessions_identifier_id'), 'sessions', ['identifier_id'], unique=False)
    op.create_table('sign_in_links',
        sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
        sa.Column('identifier_id', sa.BigInteger(), nullable=False),
        sa.Column('expires_at', sa.BigInteger(), nullable=False),
        sa.Column('used_at', sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(['identifier_id'], ['identifiers.id'], name=op.f('fk_sign_in_links_identifier_id')),
        sa.PrimaryKeyConstraint('secret_hash', name=op.f('pk_sign_in_links'))
    )
    op.create_index(op.f('ix_sign_in_links_identifier_id'), 'sign_in_links', ['identifier_id'], unique=False)
