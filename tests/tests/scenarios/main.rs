//! Journeys from outside, over real NATS, PostgreSQL and HTTP.

mod accounts;
mod carriers;
mod cqrs_es;
mod decided_again;
mod doors;
mod erasure;
mod first_command;
mod fresh_facts;
mod lead_provider_api;
mod lead_provider_refusals;
mod hand_over;
mod notices;
mod partnership_table;
mod processes;
mod publishing;
mod queue;
mod reporting;
mod reporting_at_once;
mod seeing;
mod signing_in;
mod starting;
mod trainee_bulk;
mod trainee_pages;
mod trainee_table;
mod training_provider_api;
mod tutors;
