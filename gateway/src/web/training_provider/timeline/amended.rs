//! What an amendment says on the timeline: fields old and new in one entry, each placement in an entry of its own.

use domain::{
    policies::{dates::shown, routes::route_label},
    trainee::Record,
};
use events_schema::{
    events::trainee::{Degree, Placement, TraineeDetailsAmended, TraineePerson, Training},
    personal::Personal,
};

use super::Told;

/// A field's name as people say it, and its value before and after.
type Change = (&'static str, String, String);

pub(super) fn amended(event: &TraineeDetailsAmended, before: &Record) -> Vec<Told> {
    let mut changes = event.person.as_ref().map(|after| in_person(&before.person, after)).unwrap_or_default();
    changes.extend(event.training.as_ref().map(|after| in_training(&before.training, after)).unwrap_or_default());
    if let Some(date) = event.defer_date {
        changes.push(("Deferral date", before.defer_date.map(shown).unwrap_or_default(), shown(date)));
    }
    let changes: Vec<_> = changes.into_iter().filter(|(_, old, new)| old != new).collect();
    let fields = fields(changes);
    let placements = event.training.as_ref().map(|after| placements(&before.training.placements, &after.placements));
    fields.into_iter().chain(placements.unwrap_or_default()).collect()
}

/// One entry for all fields of one act.
fn fields(changes: Vec<Change>) -> Option<Told> {
    let title = match changes.as_slice() {
        [] => return None,
        [(name, ..)] => format!("{name} changed"),
        _ => "Details changed".to_owned(),
    };
    let from_to = |old: String, new: String| match (old.is_empty(), new.is_empty()) {
        (true, _) => format!("set to {new}"),
        (_, true) => format!("{old} removed"),
        _ => format!("from {old} to {new}"),
    };
    Some(changes.into_iter().fold(Told::new(title), |told, (name, old, new)| told.with(name, from_to(old, new))))
}

fn in_person(old: &TraineePerson, new: &TraineePerson) -> Vec<Change> {
    let text = |field: &Option<Personal<String>>| field.as_ref().map(Personal::shown).unwrap_or_default();
    let born = |person: &TraineePerson| {
        let born = person.date_of_birth.as_ref();
        born.map(|field| field.value().map_or_else(|| field.shown(), |born| shown(*born))).unwrap_or_default()
    };
    let hesa = |person: &TraineePerson| person.hesa_id.as_ref().map(Personal::shown).unwrap_or_default();
    vec![
        ("First names", old.first_names.shown(), new.first_names.shown()),
        ("Last names", old.last_names.shown(), new.last_names.shown()),
        ("Date of birth", born(old), born(new)),
        ("Email", text(&old.email), text(&new.email)),
        ("Trainee ID", text(&old.provider_trainee_id), text(&new.provider_trainee_id)),
        ("HESA ID", hesa(old), hesa(new)),
    ]
}

fn in_training(old: &Training, new: &Training) -> Vec<Change> {
    let each = |training: &Training| -> Vec<(&'static str, String)> {
        let day = |day: Option<chrono::NaiveDate>| day.map(shown).unwrap_or_default();
        let degrees = training.degrees.iter().map(degree).collect::<Vec<_>>();
        vec![
            ("Route", route_label(training.route).to_owned()),
            ("Phase", training.phase.clone().unwrap_or_default()),
            ("Age range", training.age_range.clone().unwrap_or_default()),
            ("Subjects", training.subjects.join(", ")),
            ("Training partner", training.training_partner.clone().unwrap_or_default()),
            ("Employing school", training.employing_school.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("ITT start date", day(training.itt_start_date)),
            ("Trainee start date", day(training.trainee_start_date)),
            ("Expected end date", day(training.expected_end_date)),
            ("Degrees", degrees.join("; ")),
        ]
    };
    each(old).into_iter().zip(each(new)).map(|((name, old), (_, new))| (name, old, new)).collect()
}

fn degree(degree: &Degree) -> String {
    format!("{}, {}", degree.subject, degree.institution)
}

/// Placements by their place: added, changed from and to, or removed.
fn placements(old: &[Placement], new: &[Placement]) -> Vec<Told> {
    let longest = old.len().max(new.len());
    let each = (0..longest).filter_map(|at| match (old.get(at), new.get(at)) {
        (None, Some(new)) => Some(Told::new("Placement added").with("School", new.school_name.clone())),
        (Some(old), None) => Some(Told::new("Placement removed").with("School", old.school_name.clone())),
        (Some(old), Some(new)) if old != new => {
            let change = format!("from {} to {}", old.school_name, new.school_name);
            Some(Told::new("Placement changed").with("School", change))
        }
        _ => None,
    });
    each.collect()
}
