//! `demo`: a year of both journeys, played over NATS against a running development service whose clock it sets.

mod agenda;
mod chance;
mod closing;
mod filed;
mod mails;
mod people;
mod recruitments;
mod schools;
mod stage;
mod trainees;

use clap::Args;
use events_schema::ids::{Cohort, DeliveryPartnerId};

use self::{
    agenda::{AFTERNOON, Agenda},
    chance::{Chance, at, day},
    closing::TryNext,
    recruitments::Recruiter,
    schools::{Pairings, SAMPLES, Schools},
    stage::Stage,
    trainees::{Registrar, end_of_the_year},
};
use super::{
    confirm::Upload, connection::Connection, data_folder::DataFolder, failure::Failure, output::Output,
    progress::Progress,
};

/// Who uploads the samples.
const UPLOADER: &str = "teach-first";

/// `training-ledger demo`.
#[derive(Debug, Args)]
#[command(after_help = "Plays 5,000 recruitments of real schools and 2,000 fictional trainees from June 2024 to \
    September 2026, from several provider identities, and prints what became of them. The same every time.")]
pub(super) struct Demo {
    #[command(flatten)]
    data: DataFolder,
}

/// What the demo is going to do.
struct Year {
    agenda: Agenda,
    try_next: TryNext,
}

impl Demo {
    /// A demo on this reference data.
    pub(super) fn on(data: DataFolder) -> Self {
        Self { data }
    }

    /// Plays the year and prints what to see.
    pub(super) async fn run(&self, output: Output) -> Result<(), Failure> {
        let connection = Connection::find()?;
        let Year { mut agenda, try_next } = year(&self.data)?;
        let mut stage = Stage::open(&connection).await?;
        mails::add_users(&connection).await?;
        let progress = Progress::start("Playing the year", agenda.acts().try_into().unwrap_or(0));
        let uploading = at(day(2025, 7, 15), AFTERNOON + 1);
        let before = agenda.until(uploading);
        stage.play(before, &progress).await?;
        stage.set_clock(uploading).await?;
        self.upload_samples(&connection, &try_next.delivery_partner, output).await?;
        stage.play(agenda, &progress).await?;
        stage.set_clock(end_of_the_year()).await?;
        stage.settle().await?;
        progress.finish();
        closing::print(&connection, &stage, &try_next, output).await
    }

    /// Both samples of a lead provider's upload, by the same path as `confirm --csv`.
    async fn upload_samples(
        &self,
        connection: &Connection,
        partner: &DeliveryPartnerId,
        output: Output,
    ) -> Result<(), Failure> {
        for sample in SAMPLES {
            let upload = Upload {
                csv: self.data.path(sample)?,
                lead_provider_id: UPLOADER.parse().expect("an id"),
                delivery_partner: partner.clone(),
                cohort: the_cohort(),
            };
            upload.confirm_valid_rows(connection, output).await?;
        }
        Ok(())
    }
}

/// The cohort that the year is about.
fn the_cohort() -> Cohort {
    Cohort::starting(2025).expect("a year of this century")
}

fn year(data: &DataFolder) -> Result<Year, Failure> {
    let mut chance = Chance::new();
    let mut schools = Schools::read(data, &mut chance)?;
    let pairings = Pairings::read(data)?;
    let mut agenda = Agenda::default();
    Recruiter { agenda: &mut agenda, chance: &mut chance, schools: &mut schools, pairings: &pairings }.plan();
    let trainee = Registrar::new(&mut agenda, &mut chance).plan();
    let school = schools.take(1).pop().expect("there are more schools than the demo recruits");
    Recruiter { agenda: &mut agenda, chance: &mut chance, schools: &mut schools, pairings: &pairings }.just_now();
    let delivery_partner = pairings.of(UPLOADER, the_cohort()).into_iter().next().expect("the uploader has partners");
    Ok(Year { agenda, try_next: TryNext { trainee, school, delivery_partner } })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn data() -> DataFolder {
        DataFolder::at(concat!(env!("CARGO_MANIFEST_DIR"), "/../data"))
    }

    #[test]
    fn the_year_is_the_same_every_time() {
        let played = || format!("{:?}", year(&data()).expect("a year").agenda);
        assert!(played() == played(), "the year hangs on its seed alone");
    }

    #[test]
    fn the_year_holds_what_was_promised() {
        let mut names: HashMap<&str, usize> = HashMap::new();
        for (_, acts) in year(&data()).expect("a year").agenda.moments() {
            for act in acts {
                *names.entry(act.name).or_default() += 1;
            }
        }
        assert_eq!(names["RegisterTrainee"], 2_000);
        assert!(names["ConfirmRecruitment"] > 5_000, "{names:?}");
        assert!((80..250).contains(&names["ReportPartnershipMistake"]), "{names:?}");
        for name in ["ExtendTraining", "DeferTrainee", "ReinstateTrainee", "WithdrawTrainee", "UndoWithdrawal"] {
            assert!(names.contains_key(name), "{name}");
        }
    }

    #[test]
    fn files_of_recommendations_are_checked_before_their_rows_are_confirmed() {
        let (mut checked, mut confirmed, mut wrong) = (HashMap::new(), HashMap::new(), 0);
        for (instant, acts) in year(&data()).expect("a year").agenda.moments() {
            for act in acts {
                let upload = |body: &serde_json::Value| body["upload_id"].as_str().expect("an id").to_owned();
                let count = |name: &str| act.body[name].as_u64().expect("a count");
                match act.name {
                    "RecordRecommendationPreview" => {
                        assert_eq!(count("rows"), count("recommended") + count("left_out") + count("wrong"));
                        wrong += count("wrong");
                        checked.insert(upload(&act.body), (instant, count("recommended")));
                    }
                    "RecommendForQts" if !act.body["upload"].is_null() => {
                        let id = upload(&act.body["upload"]);
                        assert!(checked[&id].0 < instant, "{id} is checked before");
                        *confirmed.entry(id).or_insert(0) += 1;
                    }
                    _ => {}
                }
            }
        }
        let recommended: HashMap<_, _> = checked.into_iter().map(|(id, (_, rows))| (id, rows)).collect();
        assert!(recommended.len() > 20 && wrong > 20, "{} files, {wrong} wrong rows", recommended.len());
        assert_eq!(confirmed, recommended);
    }

    #[test]
    fn nobody_in_the_demo_can_be_reached_by_mail() {
        for (_, acts) in year(&data()).expect("a year").agenda.moments() {
            for act in acts.iter().filter(|act| act.name == "RegisterTrainee") {
                let email = act.body["details"]["email"].as_str().expect("an address");
                assert!(email.ends_with("@example.invalid") && email.is_ascii(), "{email}");
            }
        }
    }
}
