"""How many partnerships stood at the end of each month, and how many would be said to stand from what was known then.

    python as_of_polars.py FOLDER        an export of events as Parquet

The two columns differ where something that happened in a month was recorded after its end.
"""

import polars

from export_files import arguments, checked_files

BROKEN = ["PartnershipMistakeReported", "PartnershipBrokenBySupport"]


def standing(folder: str) -> polars.DataFrame:
    change = (
        polars.when(polars.col("event_type") == "RecruitmentConfirmed")
        .then(1)
        .when(polars.col("event_type").is_in(BROKEN))
        .then(-1)
    )
    events = (
        polars.scan_parquet(checked_files(folder))
        .with_columns(polars.col("event_type").cast(polars.String))
        .with_columns(change=change)
        .filter(polars.col("change").is_not_null())
        .collect()
    )
    by_month = [
        events.group_by(month=polars.col(clock).dt.convert_time_zone("Europe/London").dt.strftime("%Y-%m"))
        .agg(polars.col("change").sum().alias(clock))
        for clock in ("happened_at", "recorded_at")
    ]
    return (
        by_month[0]
        .join(by_month[1], on="month", how="full", coalesce=True)
        .sort("month")
        .select(
            "month",
            standing=polars.col("happened_at").fill_null(0).cum_sum(),
            known_to_stand=polars.col("recorded_at").fill_null(0).cum_sum(),
        )
    )


if __name__ == "__main__":
    print(standing(*arguments("FOLDER")).write_csv(), end="")
