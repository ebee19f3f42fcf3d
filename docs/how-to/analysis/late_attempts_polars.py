"""Measure 7 with polars: schools that reported too late, by lead provider, with the median of days late.

    python late_attempts_polars.py EVENTS REFUSALS        two exports as Parquet: of events, of refusals
"""

import polars

from export_files import arguments, checked_files


def london_day(instant: polars.Expr) -> polars.Expr:
    return instant.dt.convert_time_zone("Europe/London").dt.date()


def late_attempts(events_folder: str, refusals_folder: str) -> polars.DataFrame:
    events = polars.scan_parquet(checked_files(events_folder))
    attempts = polars.scan_parquet(checked_files(refusals_folder, "refusals")).filter(
        (polars.col("command_type") == "ReportPartnershipMistake") & (polars.col("code") == "window_closed")
    )
    # A recruitment begins the first round of a partnership, each change of delivery partner the next, with a new window.
    rounds = events.filter(
        polars.col("event_type").cast(polars.String).is_in(["RecruitmentConfirmed", "DeliveryPartnerChanged"])
    ).select(
        "partnership_id",
        polars.col("lead_provider_id").cast(polars.String),
        began_at="happened_at",
        recruited=polars.col("event_type") == "RecruitmentConfirmed",
        last_day=london_day(
            polars.col("payload").str.json_path_match("$.window.closes_at").str.to_datetime(time_zone="UTC")
        ),
    )
    late = (
        attempts.select("partnership_id", "ledger_position", "received_at")
        .sort("received_at")
        .join_asof(
            rounds.sort("began_at"), left_on="received_at", right_on="began_at", by="partnership_id",
            check_sortedness=False,
        )
        .with_columns(days_late=(london_day(polars.col("received_at")) - polars.col("last_day")).dt.total_days())
        .group_by("lead_provider_id")
        .agg(late_attempts=polars.len(), median_days_late=polars.col("days_late").median().round(1))
    )
    recruited = rounds.filter("recruited").group_by("lead_provider_id").agg(recruitments=polars.len())
    return (
        recruited.join(late, on="lead_provider_id", how="left")
        .with_columns(polars.col("late_attempts").fill_null(0))
        .with_columns(per_100=(100 * polars.col("late_attempts") / polars.col("recruitments")).round(1))
        .select("lead_provider_id", "recruitments", "late_attempts", "per_100", "median_days_late")
        .sort("lead_provider_id")
        .collect()
    )


if __name__ == "__main__":
    print(late_attempts(*arguments("EVENTS", "REFUSALS")).write_csv(), end="")
