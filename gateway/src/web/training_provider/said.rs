//! Refusals as people read them beside a field. The codes are the domain's; what is not worded here is said as the
//! domain says it.

use domain::policies::dates::shown;
use events_schema::words::capitalised;

use super::dossier::Dossier;

/// What a page says to a refusal; `what` is what the journey calls its date.
pub(super) fn said(code: &str, message: &str, (what, dossier): (&str, &Dossier)) -> String {
    let start = dossier.record().training.itt_start_date.map(shown).unwrap_or_default();
    match code {
        "date_missing" => format!("Enter the {what}"),
        "date_invalid" => format!("{} must be a real date", capitalised(what)),
        "date_in_future" => format!("{} must be today or in the past", capitalised(what)),
        "date_before_itt_start" => {
            format!("{} must be the same as or after the ITT start date, {start}", capitalised(what))
        }
        "end_date_missing" => "Enter the new expected end date".to_owned(),
        "end_date_invalid" => "Expected end date must be a real date".to_owned(),
        "end_date_before_return" => "Expected end date must be the same as or after the return date".to_owned(),
        "trigger_missing" | "trigger_invalid" => "Select who chose to withdraw the trainee".to_owned(),
        "reason_missing" => "Select why the trainee is withdrawing".to_owned(),
        "reason_unknown" | "reason_not_for_trigger" => "Select only reasons from the list".to_owned(),
        "text_missing" => "Enter a few words about the reason you selected".to_owned(),
        "interest_missing" | "interest_invalid" => "Select if the trainee may want to teach in the future".to_owned(),
        "comment_missing" => "Enter why this is taken back".to_owned(),
        "names_missing" => "Enter first names and last names".to_owned(),
        _ => sentence(message),
    }
}

/// The domain's sentence, without what only programs need.
fn sentence(message: &str) -> String {
    message.replace(" as yyyy-mm-dd", "").replace(": send ExtendTraining instead", "")
}
