//! What the service tells its operators: JSON lines on standard error, in UTC, without personal data.

use tracing_subscriber::{EnvFilter, fmt, util::SubscriberInitExt};

/// Libraries that would print whole messages, and with them personal data, if they were asked for every detail.
const TALKATIVE: [&str; 4] = ["async_nats=debug", "hyper=debug", "hyper_util=debug", "h2=debug"];

/// Starts logging, once per process; a second start is ignored.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = bounded(filter);
    let logging = fmt().json().with_env_filter(filter).with_writer(std::io::stderr).with_current_span(false).finish();
    logging.try_init().ok();
}

/// The filter that was asked for, where it would not open the contents of messages.
pub fn bounded(filter: EnvFilter) -> EnvFilter {
    let unbounded = filter.max_level_hint().is_none_or(|level| level == tracing::level_filters::LevelFilter::TRACE);
    if !unbounded {
        return filter;
    }
    TALKATIVE.iter().fold(filter, |filter, bound| filter.add_directive(bound.parse().expect("a directive")))
}
