//! A projection of one's own in Rust. Run it beside the service, as often as you like:
//! `DATABASE_URL=... cargo run -p projections --example schools_by_lead_provider`

pub mod projection;

use event_store::{Log, Role, connect_as};
use projection::VIEW;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("DATABASE_URL")?;
    let pool = connect_as(&url, 2, Role::Projector).await?;
    let at = projections::keep_own(&pool, &Log::new(pool.clone(), None), &VIEW).await?;
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select lead_provider_id, count(*) from own_schools_by_lead_provider.schools group by 1 order by 1",
    )
    .fetch_all(&pool)
    .await?;
    report(at.position, &rows);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn report(position: i64, rows: &[(String, i64)]) {
    println!("schools by lead provider, as of position {position}:");
    for (lead_provider, schools) in rows {
        println!("{lead_provider},{schools}");
    }
}
