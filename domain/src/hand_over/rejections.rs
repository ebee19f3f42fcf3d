//! Why a hand-over says no.

use crate::rejection::rejections;

rejections! {
    /// Nothing of this number is to be told now.
    hand_over_not_due(), "trainees/4.6" =>
        "The teaching record is not to be told this now: look at the trainee's hand-over again.";
}
