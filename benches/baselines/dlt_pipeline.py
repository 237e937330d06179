"""dlt, as its documentation shows it: a resource for each collection, merged into PostgreSQL by key.

Usage: dlt_pipeline.py MONGODB_URL POSTGRESQL_URL FOLDER_OF_ITS_STATE
"""

import sys

import dlt
from pymongo import MongoClient

from orders import COLLECTIONS, COLUMNS, rows


def main(mongodb, postgresql, folder):
    database = MongoClient(mongodb).get_default_database()

    @dlt.resource(
        name="orders",
        primary_key=("platform", "order_code"),
        # The strategy "upsert" refuses a load that holds two versions of an order.
        write_disposition="merge",
        columns={"source_updated_at": {"dedup_sort": "desc"}},
    )
    def orders():
        batch = []
        for collection in COLLECTIONS:
            for row in rows(database, collection):
                batch.append(dict(zip(COLUMNS, row)))
                if len(batch) == 5_000:
                    yield batch
                    batch = []
        yield batch

    pipeline = dlt.pipeline(
        pipeline_name="orders",
        pipelines_dir=folder,
        destination=dlt.destinations.postgres(postgresql),
        dataset_name="loaded",
    )
    pipeline.run(orders())


if __name__ == "__main__":
    main(*sys.argv[1:])
