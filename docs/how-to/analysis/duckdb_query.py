"""Any SQL over an export as Parquet, with DuckDB; its rows, events or others, are the table `events`.

    python duckdb_query.py FOLDER report_rate.sql
    python duckdb_query.py FOLDER "select event_type, count(*) from events group by 1 order by 2 desc"
"""

import pathlib

import duckdb

from export_files import arguments, checked_files


def query(folder: str, sql: str) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.read_parquet(checked_files(folder, None)).create_view("events")
    return connection.sql(sql)


if __name__ == "__main__":
    folder, sql = arguments("FOLDER", "SQL")
    if sql.endswith(".sql"):
        sql = pathlib.Path(sql).read_text()
    query(folder, sql).write_csv("/dev/stdout")
