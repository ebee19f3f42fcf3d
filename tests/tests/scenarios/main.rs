//! Journeys from outside, over real NATS, PostgreSQL and HTTP.

mod first_command;
