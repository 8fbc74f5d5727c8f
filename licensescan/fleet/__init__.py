"""
Thousands of targets in a store: read once by content, asked at any time.

Imports `pipeline` and all below it. The libraries of `licensescan[fleet]` are
imported when they are needed, each by one module: `dask_engine.py`
(`distributed`), `parquet.py` (`pyarrow`) and `database.py` (`duckdb`).
"""
