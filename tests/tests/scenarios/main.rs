//! Journeys from outside, over real NATS, PostgreSQL and HTTP.

mod accounts;
mod cqrs_es;
mod decided_again;
mod doors;
mod first_command;
mod fresh_facts;
mod partnership_table;
mod publishing;
mod queue;
mod seeing;
mod signing_in;
mod starting;
mod trainee_bulk;
mod trainee_pages;
mod trainee_table;
mod tutors;
