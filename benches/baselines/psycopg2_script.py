"""The hand-written script: pymongo to psycopg2's execute_values, with an upsert of what is newer.

Usage: psycopg2_script.py MONGODB_URL POSTGRESQL_URL
"""

import sys
from itertools import islice

import psycopg2
from psycopg2.extras import execute_values
from pymongo import MongoClient

from orders import COLLECTIONS, COLUMNS, rows

BATCH = 5_000

TABLE = """
    create table if not exists orders (
        platform text not null, order_code text not null, status text not null, platform_status text, currency text,
        total_amount numeric(15, 2), discount_amount numeric(15, 2), final_amount numeric(15, 2), order_date timestamp,
        shop_id text, customer_id text, source_updated_at timestamptz,
        primary key (platform, order_code)
    );
    create index if not exists orders_date on orders (order_date, platform);
"""

UPSERT = f"""
    insert into orders ({", ".join(COLUMNS)}) values %s
    on conflict (platform, order_code) do update
    set {", ".join(f"{column} = excluded.{column}" for column in COLUMNS[2:])}
    where excluded.source_updated_at > orders.source_updated_at
"""


def newest(batch):
    """One upsert cannot touch a row twice."""
    by_key = {}
    for row in batch:
        known = by_key.get(row[:2])
        if known is None or row[-1] >= known[-1]:
            by_key[row[:2]] = row
    return list(by_key.values())


def main(mongodb, postgresql):
    database = MongoClient(mongodb).get_default_database()
    connection = psycopg2.connect(postgresql)
    with connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
    for collection in COLLECTIONS:
        source = rows(database, collection)
        while batch := list(islice(source, BATCH)):
            with connection, connection.cursor() as cursor:
                execute_values(cursor, UPSERT, newest(batch), page_size=1_000)
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
