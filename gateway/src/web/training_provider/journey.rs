//! Journeys of several pages that end in one command: questions, a check page, the command. A journey only says what is
//! asked and where a refusal belongs; whether an answer is right is asked of the domain, at every page and at the end.

use chrono::NaiveDate;
use domain::rejection::Rejection;
use serde_json::Value;

use super::{answers::Answers, dossier::Dossier};
use crate::web::components::{Choice, DateGiven};

/// The step of the last page.
pub(super) const CHECK: &str = "check";

/// A step and one of its fields.
pub(super) type Place = (&'static str, &'static str);

/// A journey to a command.
pub(super) struct Journey {
    /// The last part of its address.
    pub(super) path: &'static str,
    /// The command it ends in.
    pub(super) command: &'static str,
    /// The pages before the check page, as far as the answers so far decide it.
    pub(super) questions: fn(&Asking<'_>) -> Vec<Question>,
    /// The command's body; the trainee's id is added to it.
    pub(super) body: fn(&Asking<'_>) -> Value,
    /// The step and the field that a refusal is about; nothing if it is about none.
    pub(super) place: fn(&Asking<'_>, &str) -> Option<Place>,
    /// What an answer stops that is no part of the command: on which page, and at which field.
    pub(super) stops: fn(&Asking<'_>) -> Option<(Place, Rejection)>,
    /// What the date is called that its refusals are about.
    pub(super) what: fn(&Asking<'_>) -> String,
    /// The check page.
    pub(super) check: fn(&Asking<'_>) -> Check,
    /// Where it leads, behind the record's own address.
    pub(super) done: &'static str,
}

/// A record and what was answered so far.
pub(super) struct Asking<'a> {
    pub(super) dossier: &'a Dossier,
    pub(super) answers: &'a Answers,
}

/// One page of questions.
#[derive(Debug, Clone, Default)]
pub(super) struct Question {
    /// The page, among those of its journey.
    pub(super) step: &'static str,
    /// Its heading.
    pub(super) title: String,
    /// Text above the fields.
    pub(super) lines: Vec<String>,
    /// What is asked.
    pub(super) fields: Vec<Field>,
    /// How the answers read on the check page: what, and the answer.
    pub(super) answered: Vec<(String, String)>,
}

/// One field.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) choices: Vec<Choice>,
    pub(super) value: String,
    pub(super) values: Vec<String>,
    pub(super) date: DateGiven,
    /// The label is the page's heading.
    pub(super) heading: bool,
}

/// What kind of field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of several.
    Radios,
    /// Any of several.
    Checkboxes,
    /// One of many.
    Select,
    /// Day, month and year.
    Date,
    /// A line of text.
    #[default]
    Text,
    /// Several lines of text.
    Lines,
}

/// The page before the command is sent.
pub(super) struct Check {
    /// Its heading.
    pub(super) title: String,
    /// What stands on the button.
    pub(super) button: String,
    /// Rows that were not asked: what, and what it is.
    pub(super) told: Vec<(String, String)>,
    /// What people must know before they press it.
    pub(super) warning: String,
}

impl Asking<'_> {
    pub(super) fn today(&self) -> NaiveDate {
        self.dossier.today()
    }

    pub(super) fn award(&self) -> String {
        self.dossier.award().to_string()
    }
}

impl Journey {
    /// What the domain would say to the answers so far.
    pub(super) fn refusal(&self, asking: &Asking<'_>) -> Option<Rejection> {
        asking.dossier.would_refuse(self.command, (self.body)(asking))
    }
}

impl Question {
    /// The names of its fields.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.fields.iter().map(|field| field.name).collect()
    }

    /// Whether the only field's label is the heading.
    pub(super) fn heads_itself(&self) -> bool {
        self.fields.iter().any(|field| field.heading)
    }
}

impl Field {
    /// One of several, with what was chosen before.
    pub(super) fn radios(
        name: &'static str,
        label: impl Into<String>,
        choices: Vec<Choice>,
        answers: &Answers,
    ) -> Self {
        let value = answers.text(name).to_owned();
        Self { kind: Kind::Radios, name, label: label.into(), choices, value, ..Self::default() }
    }

    /// Any of several, with what was chosen before.
    pub(super) fn checkboxes(
        name: &'static str,
        label: impl Into<String>,
        choices: Vec<Choice>,
        answers: &Answers,
    ) -> Self {
        let values = answers.all(name);
        Self { kind: Kind::Checkboxes, name, label: label.into(), choices, values, ..Self::default() }
    }

    /// A date, with what was typed before.
    pub(super) fn date(name: &'static str, label: impl Into<String>, answers: &Answers) -> Self {
        Self { kind: Kind::Date, name, label: label.into(), date: answers.date(name), ..Self::default() }
    }

    /// Several lines, with what was typed before.
    pub(super) fn lines(name: &'static str, label: impl Into<String>, answers: &Answers) -> Self {
        let value = answers.text(name).to_owned();
        Self { kind: Kind::Lines, name, label: label.into(), value, ..Self::default() }
    }

    /// One line, with what was typed before.
    pub(super) fn text(name: &'static str, label: impl Into<String>, answers: &Answers) -> Self {
        let value = answers.text(name).to_owned();
        Self { kind: Kind::Text, name, label: label.into(), value, ..Self::default() }
    }

    /// The label is the page's heading.
    #[must_use]
    pub(super) fn heading(self) -> Self {
        Self { heading: true, ..self }
    }

    /// With a further explanation.
    #[must_use]
    pub(super) fn hinted(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// How large a group's legend is.
    pub(super) fn legend_class(&self) -> &'static str {
        if self.heading { "govuk-fieldset__legend--l" } else { "govuk-fieldset__legend--s" }
    }

    /// How large a label is.
    pub(super) fn label_class(&self) -> &'static str {
        if self.heading { "govuk-label--l" } else { "govuk-label--s" }
    }

    /// Whether it is of this kind, by the kind's name.
    pub(super) fn is(&self, kind: &str) -> bool {
        let name = match self.kind {
            Kind::Radios => "radios",
            Kind::Checkboxes => "checkboxes",
            Kind::Select => "select",
            Kind::Date => "date",
            Kind::Text => "text",
            Kind::Lines => "lines",
        };
        name == kind
    }
}
