//! Faults: the real service is killed under load, its database too, its NATS server too; afterwards a checker
//! compares what every client was told with what is there. Each rig has a control that must fail.

#[cfg(debug_assertions)]
mod abort_hand_over;
mod commands;
mod controls;
mod kill_gateway;
mod kill_mail;
mod kill_nats;
mod kill_postgres;
mod load;
mod rig;
