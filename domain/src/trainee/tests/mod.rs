//! Tests of the trainee aggregate.
