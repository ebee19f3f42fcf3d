//! What each mail says (DOMAIN 3.6): ours, in plain words. One function per mail.

use chrono::NaiveDate;
use events_schema::{
    codes::{EmailType, MistakeReason},
    ids::{Cohort, Urn},
};

use super::{
    letter::{Block, Letter},
    plain::name,
};

/// What a mail tells. Names are as they were given; only here they are made harmless.
#[derive(Debug, Clone)]
pub struct Told {
    /// The school.
    pub school_name: String,
    /// Its number.
    pub urn: Urn,
    /// The partnership, if the mail is about one.
    pub partnership: Option<Partnership>,
}

/// What a mail tells of a partnership.
#[derive(Debug, Clone)]
pub struct Partnership {
    /// The cohort.
    pub cohort: Cohort,
    /// The lead provider.
    pub lead_provider: String,
    /// The delivery partner.
    pub delivery_partner: String,
    /// The last day to report, Europe/London.
    pub last_day: Option<NaiveDate>,
    /// Why it was broken, if it was.
    pub reason: Option<MistakeReason>,
}

/// The links of a mail: addresses of this service, and the mail's token.
#[derive(Debug, Clone)]
pub struct Links<'a> {
    /// Where the service is, without a slash at its end.
    pub public_url: &'a str,
    /// The token, if the mail has one.
    pub token: Option<&'a str>,
}

impl Links<'_> {
    fn report(&self) -> String {
        format!("{}/report-incorrect-partnership?token={}", self.public_url, self.token.unwrap_or_default())
    }
    fn nominate(&self) -> String {
        format!("{}/nominate-induction-tutor?token={}", self.public_url, self.token.unwrap_or_default())
    }
    fn sign_in(&self) -> String {
        format!("{}/sign-in", self.public_url)
    }
}

/// The mail of a kind, to somebody by name or to a mailbox.
pub fn letter(email: EmailType, told: &Told, (to, links): (Option<&str>, &Links<'_>)) -> Letter {
    let mut blocks = vec![Block::Text(greeting(to))];
    let (subject, body) = match email {
        EmailType::InductionCoordinatorEmail => (signed_up(told), to_tutor(told, links)),
        EmailType::SchoolEmail => (signed_up(told), to_school(told, links)),
        EmailType::InductionCoordinatorReminderEmail => (reminder(told), to_tutor(told, links)),
        EmailType::SchoolReminderEmail => (reminder(told), to_school(told, links)),
        EmailType::MistakeReportedEmail => (broken(told), to_provider(told)),
        EmailType::NominateSitEmail => (nominate(told), to_nominate(links)),
    };
    blocks.extend(body);
    blocks.push(Block::Text("This mail was sent by Training Ledger. Nobody reads replies to it.".into()));
    Letter { subject, blocks }
}

fn greeting(to: Option<&str>) -> String {
    to.map_or_else(|| "Hello,".to_owned(), |to| format!("Dear {},", name(to)))
}

fn signed_up(told: &Told) -> String {
    format!("{} has been signed up for early career training", name(&told.school_name))
}

fn reminder(told: &Told) -> String {
    format!("Reminder: {} has been signed up for early career training", name(&told.school_name))
}

fn broken(told: &Told) -> String {
    format!("{} (URN {}) is no longer confirmed with you", name(&told.school_name), told.urn)
}

fn nominate(told: &Told) -> String {
    format!("Nominate an induction tutor for {}", name(&told.school_name))
}

fn to_tutor(told: &Told, links: &Links<'_>) -> Vec<Block> {
    let mut blocks = confirmed(told, links);
    blocks.push(Block::Heading("If it is right"));
    blocks.push(Block::Text("You do not need to do anything about it. Sign in to see what comes next.".into()));
    blocks.push(Block::Link { label: "Sign in", url: links.sign_in() });
    blocks
}

fn to_school(told: &Told, links: &Links<'_>) -> Vec<Block> {
    let mut blocks =
        vec![Block::Text("Please pass this on to whoever runs statutory inductions at your school.".into())];
    blocks.extend(confirmed(told, links));
    blocks.push(Block::Heading("Nominate an induction tutor"));
    blocks.push(Block::Text(
        "We have no induction tutor for your school. Tell us who it is; we then write to them.".into(),
    ));
    blocks.push(Block::Link { label: "Nominate an induction tutor", url: links.nominate() });
    blocks
}

/// School, both providers, the year, the last day and the link: without any one of them schools report in error.
fn confirmed(told: &Told, links: &Links<'_>) -> Vec<Block> {
    let Some(it) = &told.partnership else { return vec![] };
    let intro = "A training provider has told the Department for Education that your school will train its early career \
                 teachers with it.";
    let mut facts = facts(told, it);
    facts.extend(it.last_day.map(|day| ("Last day to report a mistake", day.format("%-d %B %Y").to_string())));
    let mut blocks = vec![Block::Text(intro.into()), Block::Facts(facts), Block::Heading("If it is wrong")];
    if let Some(day) = it.last_day {
        let until =
            format!("Tell us by the end of {}. It takes a minute and needs no password.", day.format("%-d %B %Y"));
        blocks.push(Block::Text(until));
    }
    blocks.push(Block::Link { label: "Report that your school has been signed up incorrectly", url: links.report() });
    blocks
}

fn to_provider(told: &Told) -> Vec<Block> {
    let Some(it) = &told.partnership else { return vec![] };
    let mut facts = facts(told, it);
    facts[3] = ("Cohort", format!("{}/{:02}", it.cohort.year(), (it.cohort.year() + 1) % 100));
    facts.extend(it.reason.map(|reason| ("Reason", reason.words().to_owned())));
    let what = "The school says that it should not have been confirmed, or DfE support ended the partnership.";
    let next = "Contact the school. Once the matter is settled with it, confirm the school again. Until then there is no \
                payment for this school.";
    vec![Block::Text(what.into()), Block::Facts(facts), Block::Heading("What to do"), Block::Text(next.into())]
}

fn to_nominate(links: &Links<'_>) -> Vec<Block> {
    vec![
        Block::Text("Somebody asked for a link to tell us who the induction tutor of your school is.".into()),
        Block::Link { label: "Nominate an induction tutor", url: links.nominate() },
        Block::Text(
            "The link is good for 21 days. If nobody at your school asked for it, you can ignore this mail.".into(),
        ),
    ]
}

fn facts(told: &Told, it: &Partnership) -> Vec<(&'static str, String)> {
    vec![
        ("School", format!("{} (URN {})", name(&told.school_name), told.urn)),
        ("Lead provider", name(&it.lead_provider)),
        ("Delivery partner", name(&it.delivery_partner)),
        ("Academic year", it.cohort.academic_year()),
    ]
}

#[cfg(test)]
mod tests {
    use events_schema::ids::Parse;

    use super::*;

    fn told() -> Told {
        Told {
            school_name: "St. Mary's <b>School</b>\r\nBcc: x".into(),
            urn: Urn::parse("100120").expect("digits"),
            partnership: Some(Partnership {
                cohort: Cohort::starting(2023).expect("a year"),
                lead_provider: "=HYPERLINK(\"https://evil.example\")".into(),
                delivery_partner: "A\u{202e}Hub".into(),
                last_day: NaiveDate::from_ymd_opt(2023, 6, 15),
                reason: Some(MistakeReason::NoEcts),
            }),
        }
    }

    fn written(email: EmailType) -> Letter {
        let links = Links { public_url: "https://ledger.example", token: Some("0123") };
        letter(email, &told(), (Some("Ada\nExample"), &links))
    }

    #[test]
    fn a_notice_names_school_both_providers_year_last_day_and_link() {
        for email in [EmailType::InductionCoordinatorEmail, EmailType::SchoolReminderEmail] {
            let text = written(email).text();
            for part in ["100120", "AHub", "HYPERLINK", "2023 to 2024", "15 June 2023", "Dear Ada Example,"] {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(text.contains("https://ledger.example/report-incorrect-partnership?token=0123"), "{text}");
        }
        assert!(written(EmailType::InductionCoordinatorEmail).text().contains("/sign-in"));
        assert!(written(EmailType::SchoolEmail).text().contains("/nominate-induction-tutor?token=0123"));
    }

    #[test]
    fn names_become_neither_headers_nor_links_nor_markup() {
        for email in EmailType::ALL {
            let letter = written(*email);
            assert!(!letter.subject.contains(['\n', '\r', '\u{202e}']), "{letter:?}");
            let (text, html) = (letter.text(), letter.html());
            assert!(!text.contains("https://evil") && !html.contains("https://evil") && !html.contains("<b>School"));
            assert_eq!(html.matches("<a href").count(), html.matches("<a href=\"https://ledger.example/").count());
            assert!(!text.contains('\u{202e}') && !text.lines().any(|line| line.starts_with('=')), "{text}");
        }
    }

    #[test]
    fn a_provider_is_told_the_reason_and_the_cohort_in_short() {
        let text = written(EmailType::MistakeReportedEmail).text();
        assert!(text.contains("2023/24") && text.contains(MistakeReason::NoEcts.words()), "{text}");
        assert!(text.contains("no payment for this school"), "{text}");
    }
}
