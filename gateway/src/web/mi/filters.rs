//! The form that narrows and splits a measure: a field for each dimension the measure has, days, and the figure of the
//! chart. It is sent by GET and works without scripts.

use events_schema::{
    codes::{AwardType, MistakeReason, Route},
    ids::{Cohort, Parse},
};
use projections::reports::{Choices, Dimension, Measure};

use super::{asked, question::Question, watcher::Watcher, wording};
use crate::web::components::Choice;

/// A field of the form; without choices it is typed into.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: &'static str,
    pub(super) value: String,
    pub(super) choices: Vec<Choice>,
}

/// The form.
pub(super) struct Filters {
    /// Fields that narrow, three beside each other.
    pub(super) rows: Vec<Vec<Field>>,
    /// Fields of what is shown.
    pub(super) shown: Vec<Field>,
    /// What the form takes along unseen.
    pub(super) hidden: Vec<(String, String)>,
    /// Whether anything is narrowed.
    pub(super) is_narrowed: bool,
    /// What is narrowed, in words.
    pub(super) told: Vec<(String, String)>,
}

/// What a form is made of.
pub(super) struct For<'f> {
    pub(super) watcher: &'f Watcher,
    pub(super) measure: &'static Measure,
    pub(super) by: &'f [Dimension],
    pub(super) question: &'f Question,
    pub(super) choices: &'f Choices,
}

const ANYTHING: &str = "All";

impl Filters {
    /// The form as it was sent.
    pub(super) fn new(of: &For<'_>) -> Self {
        let narrowing = of.measure.dimensions.iter().filter(|dimension| of.is_offered(**dimension));
        let mut fields: Vec<_> = narrowing.filter_map(|dimension| of.narrows(*dimension)).collect();
        fields.extend(days(of.question));
        let told = fields.iter().filter(|field| !field.value.is_empty()).map(Field::told).collect();
        let mut rows = Vec::new();
        let mut rest = fields.into_iter().peekable();
        while rest.peek().is_some() {
            rows.push(rest.by_ref().take(3).collect());
        }
        let is_narrowed = asked::SLICE.iter().any(|name| of.question.of(name).is_some());
        let hidden = of.question.only(&["published", "order"]).pairs().to_vec();
        Self { rows, shown: of.shown(), hidden, is_narrowed, told }
    }
}

impl Field {
    fn chosen(name: &'static str, label: &str, value: String, choices: Vec<Choice>) -> Self {
        Self { name, label: label.to_owned(), hint: "", value, choices }
    }

    fn typed(name: &'static str, label: &str, value: String, hint: &'static str) -> Self {
        Self { name, label: label.to_owned(), hint, value, choices: Vec::new() }
    }

    /// What is chosen, in words.
    fn told(&self) -> (String, String) {
        let chosen = self.choices.iter().find(|choice| choice.value == self.value);
        (self.label.clone(), chosen.map_or_else(|| self.value.clone(), |choice| choice.text.clone()))
    }
}

/// Academic years to choose from, for a page that narrows by nothing else.
pub(super) fn cohorts(choices: &Choices) -> Vec<Choice> {
    let listed = choices.get(Dimension::Cohort.name()).into_iter().flatten();
    let listed = listed.map(|(key, _)| Choice::new(key, wording::key(Dimension::Cohort, key)));
    std::iter::once(Choice::new("", "All academic years")).chain(listed).collect()
}

fn days(question: &Question) -> [Field; 3] {
    [
        Field::typed("from", "From", question.typed("from"), "For example, 1/6/2025"),
        Field::typed("to", "To", question.typed("to"), "The last day counts"),
        Field::typed("as_of", "As known on", question.typed("as_of"), "Now, if empty"),
    ]
}

impl For<'_> {
    /// A provider has no choice of providers.
    fn is_offered(&self, dimension: Dimension) -> bool {
        self.watcher.own().is_none_or(|own| own.dimension() != dimension)
    }

    /// The field that narrows a dimension; those that only split have none.
    fn narrows(&self, dimension: Dimension) -> Option<Field> {
        let name = asked::SLICE.into_iter().find(|name| *name == dimension.name())?;
        let value = self.question.typed(name);
        match dimension {
            Dimension::Trust => Some(Field::typed(name, "Trust", value, "Its name as the register has it, or unknown")),
            Dimension::Week => Some(Field::typed(name, "Week from", value, "A Monday, such as 2/6/2025")),
            _ => Some(Field::chosen(name, dimension.title(), value, self.known(dimension))),
        }
    }

    fn known(&self, dimension: Dimension) -> Vec<Choice> {
        let words = |code: &str| Choice::new(code, wording::key(dimension, code));
        let known: Vec<Choice> = match dimension {
            Dimension::Reason => MistakeReason::ALL.iter().map(|reason| words(reason.code())).collect(),
            Dimension::Route => Route::ALL.iter().map(|route| words(route.code())).collect(),
            Dimension::Award => AwardType::ALL.iter().map(|award| words(award.code())).collect(),
            Dimension::Channel => dimension.values().iter().map(|code| words(code)).collect(),
            Dimension::AcademicYear => self.listed(Dimension::Cohort),
            _ => self.listed(dimension),
        };
        std::iter::once(Choice::new("", ANYTHING)).chain(known).collect()
    }

    fn listed(&self, dimension: Dimension) -> Vec<Choice> {
        let year = |key: &str| Cohort::parse(key).map(Cohort::academic_year).ok();
        let is_year = dimension == Dimension::Cohort;
        let listed = self.choices.get(dimension.name()).into_iter().flatten();
        listed
            .map(|(key, name)| Choice::new(key, year(key).filter(|_| is_year).unwrap_or_else(|| name.clone())))
            .collect()
    }

    /// Split by what, and which figure is drawn.
    fn shown(&self) -> Vec<Field> {
        let splits = |first: &str| {
            let each = self.measure.dimensions.iter().map(|it| Choice::new(it.name(), it.title()));
            std::iter::once(Choice::new(asked::NOTHING, first)).chain(each).collect::<Vec<_>>()
        };
        let at = |place: usize| self.by.get(place).map_or(asked::NOTHING, |dimension| dimension.name()).to_owned();
        let mut fields = vec![
            Field::chosen("by", "Split by", at(0), splits("Nothing: the total alone")),
            Field::chosen("by", "Then by", at(1), splits("Nothing more")),
        ];
        if self.by.len() > 2 {
            fields.push(Field::chosen("by", "Then by", at(2), splits("Nothing more")));
        }
        let figures = self.measure.figures.iter().filter(|figure| self.measure.can_be_charted(figure.name));
        let figures: Vec<_> = figures.map(|figure| Choice::new(figure.name, figure.title)).collect();
        let figure = asked::figure(self.question, self.measure, self.by);
        fields.push(Field::chosen("figure", "Chart of", figure.to_owned(), figures));
        fields
    }
}
