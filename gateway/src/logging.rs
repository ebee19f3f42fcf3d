//! What the service tells its operators: JSON lines on standard error, in UTC, without personal data.

use tracing_subscriber::{EnvFilter, fmt, util::SubscriberInitExt};

/// Starts logging, once per process; a second start is ignored.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logging = fmt().json().with_env_filter(filter).with_writer(std::io::stderr).with_current_span(false).finish();
    logging.try_init().ok();
}
