//! The number that goes with an answer: HTTP's status, and the code of a NATS service error.

/// A status of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(u16);

impl Status {
    /// Yes, or nothing to do.
    pub const OK: Self = Self(200);
    /// Not understood.
    pub const BAD_REQUEST: Self = Self(400);
    /// Nobody known asks.
    pub const UNAUTHORISED: Self = Self(401);
    /// Somebody known may not ask this.
    pub const FORBIDDEN: Self = Self(403);
    /// No such record, or not one of the caller's.
    pub const NOT_FOUND: Self = Self(404);
    /// The record's state forbids it.
    pub const CONFLICT: Self = Self(409);
    /// Too large.
    pub const TOO_LARGE: Self = Self(413);
    /// Sent as something that is not read here.
    pub const MEDIA_TYPE: Self = Self(415);
    /// The command itself breaks a rule.
    pub const UNPROCESSABLE: Self = Self(422);
    /// Wait a little.
    pub const TOO_MANY: Self = Self(429);
    /// Needs an operator.
    pub const BROKEN: Self = Self(500);
    /// Ask again.
    pub const UNAVAILABLE: Self = Self(503);

    /// What kind of no a refusal is.
    pub fn of_refusal(code: &str) -> Self {
        match code {
            "not_permitted" => Self::FORBIDDEN,
            "not_yours" => Self::NOT_FOUND,
            "invalid_transition"
            | "partnership_broken"
            | "window_closed"
            | "recruited_by_other_provider"
            | "case_already_resolved"
            | "command_id_reused" => Self::CONFLICT,
            already if already.starts_with("already_") => Self::CONFLICT,
            unknown if unknown.starts_with("unknown_") => Self::NOT_FOUND,
            _ => Self::UNPROCESSABLE,
        }
    }

    /// What kind of no a request gets that was not understood.
    pub fn of_malformed(code: &str) -> Self {
        match code {
            "too_large" => Self::TOO_LARGE,
            "wrong_media_type" => Self::MEDIA_TYPE,
            "unknown_command" | "unknown_measure" => Self::NOT_FOUND,
            "not_signed_in" => Self::UNAUTHORISED,
            "too_many_wrong_tokens" => Self::TOO_MANY,
            "not_permitted" => Self::FORBIDDEN,
            "not_measured" => Self::UNPROCESSABLE,
            _ => Self::BAD_REQUEST,
        }
    }

    /// The number.
    pub fn code(self) -> u16 {
        self.0
    }

    /// What the number says.
    pub fn title(self) -> &'static str {
        match self.0 {
            200 => "OK",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            409 => "Conflict",
            413 => "Content Too Large",
            415 => "Unsupported Media Type",
            422 => "Unprocessable Content",
            429 => "Too Many Requests",
            503 => "Service Unavailable",
            _ => "Internal Server Error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_somebody_else_has_the_status_of_a_missing_one() {
        assert_eq!(Status::of_refusal("not_yours"), Status::of_refusal("unknown_partnership"));
    }

    #[test]
    fn states_conflict_and_values_are_unprocessable() {
        assert_eq!(Status::of_refusal("already_confirmed_by_you"), Status::CONFLICT);
        assert_eq!(Status::of_refusal("cohort_unknown"), Status::UNPROCESSABLE);
    }
}
