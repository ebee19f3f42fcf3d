-- Traces look for the support cases about a record in the log itself; they are few among many events.
create index if not exists events_cases on ledger.events (position)
    where event_type in ('ReportPassedToSupport', 'TraineeTaskOpened');
