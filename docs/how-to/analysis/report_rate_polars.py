"""Measures 1 to 3 with polars: recruitments, reports and the rate per 100, by lead provider and cohort.

    python report_rate_polars.py FOLDER        an export of events as Parquet
"""

import polars

from export_files import arguments, checked_files


def report_rate(folder: str) -> polars.DataFrame:
    events = polars.scan_parquet(checked_files(folder))
    recruited = events.filter(polars.col("event_type") == "RecruitmentConfirmed").select(
        "partnership_id", polars.col("lead_provider_id").cast(polars.String), "cohort"
    )
    # A partnership is reported at most once; the report belongs to its recruitment, whenever it came.
    reported = events.filter(polars.col("event_type") == "PartnershipMistakeReported").select(
        "partnership_id", reported=polars.lit(True)
    )
    return (
        recruited.join(reported, on="partnership_id", how="left")
        .group_by("lead_provider_id", "cohort")
        .agg(recruitments=polars.len(), reports=polars.col("reported").fill_null(False).sum())
        .with_columns(per_100=(100 * polars.col("reports") / polars.col("recruitments")).round(1))
        .sort("lead_provider_id", "cohort")
        .collect()
    )


if __name__ == "__main__":
    print(report_rate(*arguments("FOLDER")).write_csv(), end="")
