//! Why was this partnership broken? The nine points of DOMAIN 6 in sentences, and the short answers before them.

use events_schema::{
    codes::CameBy,
    envelope::Recorded,
    events::{
        Event,
        school_partnership::{
            PartnershipBrokenBySupport, PartnershipMistakeReported, ReportingWindow,
            SchoolPartnershipEvent as Partnership,
        },
    },
};

use super::{
    sentence::{Point, Sentence, Trace},
    spoken::{distance, exact, moment, reason, shortly, stopped},
    story::{Story, breaks, confirmed},
};

impl Story {
    /// Tells the whole story.
    pub fn told(&self) -> Trace {
        let title = self.confirmation().map_or_else(
            || format!("Partnership {}", self.id),
            |(_, it)| format!("{} with {} for {}", it.school_name, it.lead_provider.name, it.cohort.academic_year()),
        );
        let none = "Nothing of the kind is in the log.";
        let points = vec![
            Point::new("1. The school and its providers", self.parties(), none),
            Point::new("2. Who confirmed the recruitment", self.confirmed(), none),
            Point::new("3. The time to report a mistake", self.windows(), none),
            Point::new("4. How the school was told", self.notices(), "No mail to the school was made."),
            Point::new("5. The break", self.breaking(), "The partnership is not broken."),
            Point::new("6. Who was told of the break", self.told_of_break(), "Nobody: the partnership is not broken."),
            Point::new("7. Refused attempts and support cases", self.attempts(), "There was none."),
            Point::new("8. What came next", self.next(), none),
            Point::new("9. How it was decided", self.decided(), none),
        ];
        Trace { title, answers: self.in_short(), points, upto: self.upto }
    }

    fn in_short(&self) -> Vec<(&'static str, Sentence)> {
        let Some(broken) = self.broken() else {
            let stands = "Nobody: the partnership is not broken.";
            return vec![("Who broke it?", Sentence::plain(stands)), ("What came next?", self.next_in_short())];
        };
        let (who, mail, why) = self.break_in_short(broken);
        vec![
            ("Who broke it?", Sentence::of(broken, who)),
            ("When?", Sentence::of(broken, stopped(&moment(broken.happened_at)))),
            ("By which mail?", mail),
            ("Was it in time?", Sentence::of(broken, in_time(broken))),
            ("Why?", Sentence::of(broken, why)),
            ("Who was told?", self.told_in_short()),
            ("What came next?", self.next_in_short()),
        ]
    }

    /// Who broke it, by which mail, and why.
    fn break_in_short(&self, broken: &Recorded<Event>) -> (String, Sentence, String) {
        let who = self.names.by(&broken.origin);
        match &broken.event {
            Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => {
                let who = match it.came_by {
                    CameBy::Token => "The school: whoever had the link in its mail, without signing in.".to_owned(),
                    CameBy::SignedIn | CameBy::Service => capital(&stopped(&who)),
                };
                (who, self.by_which_mail(broken, it), stopped(&format!("‘{}’", it.reason.words())))
            }
            Event::SchoolPartnership(Partnership::PartnershipBrokenBySupport(it)) => {
                let mail = Sentence::plain("By none: DfE support broke it.");
                let why = format!("‘{}’; support’s own reason: {}", it.reason.words(), it.audit_reason);
                (capital(&stopped(&who)), mail, stopped(&why))
            }
            _ => (stopped(&who), Sentence::plain("By none."), String::new()),
        }
    }

    fn parties(&self) -> Vec<Sentence> {
        let mut told = Vec::new();
        for recorded in &self.own {
            match &recorded.event {
                Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => {
                    let (name, urn, year) = (&it.school_name, &it.school_urn, it.cohort.academic_year());
                    let lead = &it.lead_provider.name;
                    let of = |text: String| Sentence::of(recorded, text);
                    told.push(of(format!("The school was {name} (URN {urn}), as it was called then.")));
                    told.push(of(format!("The cohort is {year} and the lead provider {lead}.")));
                    let partner = &it.delivery_partner.name;
                    told.push(of(format!("The delivery partner at confirmation was {partner}.")));
                }
                Event::SchoolPartnership(Partnership::DeliveryPartnerChanged(it)) => {
                    let (at, who) = (shortly(recorded.happened_at), self.names.who_and_how(&recorded.origin));
                    let (before, after) = (&it.previous.name, &it.delivery_partner.name);
                    let text = format!("On {at} {who} changed the delivery partner from {before} to {after}.");
                    told.push(Sentence::of(recorded, text));
                }
                _ => told.extend(at_break(recorded)),
            }
        }
        told
    }

    fn confirmed(&self) -> Vec<Sentence> {
        let Some((recorded, it)) = self.confirmation() else { return vec![] };
        let (who, at) = (self.names.who_and_how(&recorded.origin), moment(recorded.happened_at));
        let mut told = vec![Sentence::of(recorded, capital(&format!("{who} confirmed the recruitment on {at}.")))];
        if let Some(upload) = &it.upload {
            let (id, row, held) = (upload.upload_id, upload.row, &upload.held);
            let text = format!("It came from row {row} of the uploaded file {id}; the row held “{held}”.");
            told.push(Sentence::of(recorded, text));
        }
        let (caller, command) = (&recorded.origin.actor, recorded.origin.command_id);
        told.push(Sentence::of(recorded, format!("The caller was {caller}, and its command {command}.")));
        told
    }

    fn windows(&self) -> Vec<Sentence> {
        let mut round = 0;
        let mut told = Vec::new();
        for recorded in &self.own {
            let (window, began) = match &recorded.event {
                Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => (&it.window, "the confirmation"),
                Event::SchoolPartnership(Partnership::DeliveryPartnerChanged(it)) => {
                    (&it.window, "the change of delivery partner")
                }
                Event::SchoolPartnership(Partnership::ReportingWindowClosed(it)) => {
                    told.push(Sentence::of(recorded, ended(it.closes_at, it.notice_delivered)));
                    continue;
                }
                _ => continue,
            };
            round += 1;
            told.push(Sentence::of(
                recorded,
                format!("Round {round} began with {began}. {}", window_told(window.as_ref())),
            ));
        }
        told
    }

    fn breaking(&self) -> Vec<Sentence> {
        let Some(recorded) = self.broken() else { return vec![] };
        match &recorded.event {
            Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => self.by_school(recorded, it),
            Event::SchoolPartnership(Partnership::PartnershipBrokenBySupport(it)) => self.by_support(recorded, it),
            _ => vec![],
        }
    }

    fn by_school(&self, recorded: &Recorded<Event>, it: &PartnershipMistakeReported) -> Vec<Sentence> {
        let (who, at) = (self.names.who_and_how(&recorded.origin), moment(recorded.happened_at));
        let of = |text: String| Sentence::of(recorded, text);
        vec![
            of(capital(&format!("{who} reported a mistake, and that broke the partnership."))),
            of(format!("The report was received on {at}.")),
            self.by_which_mail(recorded, it),
            of(format!("The reason it gave: {}.", reason(it.reason))),
            of(in_time(recorded)),
        ]
    }

    fn by_support(&self, recorded: &Recorded<Event>, it: &PartnershipBrokenBySupport) -> Vec<Sentence> {
        let (who, at) = (self.names.who_and_how(&recorded.origin), moment(recorded.happened_at));
        let of = |text: String| Sentence::of(recorded, text);
        vec![
            of(capital(&format!("{who} broke the partnership on {at}."))),
            of(format!("The reason of the school that support chose: {}.", reason(it.reason))),
            of(stopped(&format!("Support’s own reason for the record: {}", it.audit_reason))),
            of(stopped(&format!("It was authorised by {}", it.authorised_by))),
            of(in_time(recorded)),
        ]
    }

    fn next(&self) -> Vec<Sentence> {
        let Some(broken) = self.broken() else {
            return vec![Sentence::plain("The partnership is in force; nothing has come after it.")];
        };
        let later: Vec<_> = self.others.iter().filter(|recorded| recorded.position > broken.position).collect();
        if later.is_empty() {
            return vec![Sentence::plain("Nobody has recruited the school again for this cohort; it is free.")];
        }
        let mut told: Vec<_> = later.iter().filter_map(|recorded| self.later(recorded)).collect();
        if !later.iter().any(|recorded| breaks(&recorded.event)) {
            told.push(Sentence::plain("What came next has not been broken so far."));
        }
        told
    }

    fn later(&self, recorded: &Recorded<Event>) -> Option<Sentence> {
        let (at, who) = (shortly(recorded.happened_at), self.names.who_and_how(&recorded.origin));
        let text = match &recorded.event {
            Event::SchoolPartnership(Partnership::RecruitmentConfirmed(it)) => format!(
                "On {at} {who} recruited the school anew, with {}; that is the partnership {}.",
                it.delivery_partner.name, it.partnership_id
            ),
            Event::SchoolPartnership(Partnership::DeliveryPartnerChanged(it)) => {
                format!("On {at} {who} changed its delivery partner to {}.", it.delivery_partner.name)
            }
            Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => {
                format!("On {at} {who} reported it as a mistake, so that it was broken again: ‘{}’.", it.reason.words())
            }
            Event::SchoolPartnership(Partnership::PartnershipBrokenBySupport(it)) => {
                format!("On {at} {who} broke it again: ‘{}’.", it.reason.words())
            }
            _ => return None,
        };
        Some(Sentence::of(recorded, text))
    }

    fn next_in_short(&self) -> Sentence {
        let after = self.broken().map_or(i64::MAX, |broken| broken.position);
        let mut later = self.others.iter().filter(|recorded| recorded.position > after);
        let Some((recorded, it)) = later.find_map(|recorded| Some((recorded, confirmed(&recorded.event)?))) else {
            return self.next().remove(0);
        };
        let again = later.find(|other| breaks(&other.event)).map_or_else(
            || "and that has not been broken so far".to_owned(),
            |broken| format!("and that was broken again on {}", shortly(broken.happened_at)),
        );
        let (provider, at) = (&it.lead_provider.name, shortly(recorded.happened_at));
        Sentence::of(recorded, format!("{provider} recruited the school anew on {at}, {again}."))
    }
}

fn at_break(recorded: &Recorded<Event>) -> Option<Sentence> {
    let (lead, partner) = match &recorded.event {
        Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => {
            (&it.lead_provider.name, &it.delivery_partner.name)
        }
        Event::SchoolPartnership(Partnership::PartnershipBrokenBySupport(it)) => {
            (&it.lead_provider.name, &it.delivery_partner.name)
        }
        _ => return None,
    };
    let text = format!("At the break the lead provider was {lead} and the delivery partner {partner}.");
    Some(Sentence::of(recorded, text))
}

fn window_told(window: Option<&ReportingWindow>) -> String {
    let Some(window) = window else {
        return "It had no window: the school could not report, only support could break.".to_owned();
    };
    let second = window.not_before.map_or_else(
        || "no second term".to_owned(),
        |day| format!("a second term, not before the end of {}", day.format("%-d %B %Y")),
    );
    format!(
        "Window policy version {}: {} calendar days in London, {second}. The last day shown to people was {}, and the \
         last instant inside {}.",
        window.policy_version,
        window.days,
        window.last_day.format("%-d %B %Y"),
        exact(window.closes_at),
    )
}

fn ended(closes_at: chrono::DateTime<chrono::Utc>, delivered: bool) -> String {
    let arrived = if delivered { "a notice had arrived by then" } else { "no notice is known to have arrived by then" };
    format!("The window that ended at {} went by without a report; {arrived}.", exact(closes_at))
}

/// Whether a break was in time, and by how much; support is bound by no window.
fn in_time(broken: &Recorded<Event>) -> String {
    match &broken.event {
        Event::SchoolPartnership(Partnership::PartnershipMistakeReported(it)) => {
            let word = if broken.happened_at <= it.window_closes_at { "Yes" } else { "No" };
            format!("{word}: it came {}.", distance(broken.happened_at, it.window_closes_at))
        }
        Event::SchoolPartnership(Partnership::PartnershipBrokenBySupport(it)) => match it.window_closes_at {
            Some(closes) => {
                format!("The window does not bind support; it acted {}.", distance(broken.happened_at, closes))
            }
            None => "The window does not bind support; there was none.".to_owned(),
        },
        _ => String::new(),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
