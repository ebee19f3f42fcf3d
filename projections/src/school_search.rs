//! What pages look up about schools: by name, number or place; what belongs to one; which cohorts there are.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events_schema::ids::{Cohort, PersonId, Urn};
use sqlx::postgres::PgRow;

use crate::{
    fault::{During, ViewFault},
    reference::{CohortRow, ProgrammeChoiceRow, SchoolRow, TutorRow},
    row::{Row, columns},
    school_partnerships::PartnershipRow,
    views::{Views, read, select},
};

/// Which schools are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchoolFilter {
    /// Words of the name in any order, or the number; empty = every school.
    pub text: String,
    /// Of one local authority only, by its name.
    pub local_authority: Option<String>,
    /// Only those that are open.
    pub open: bool,
}

/// `$1` are patterns for the name, `$2` is the text as a number, `$3` a local authority, `$4` whether only open ones.
const WANTED: &str = "(translate(name, '''‘’`´', '') ilike all($1) or urn = $2) and ($3::text is null or la_name = $3)
    and (not $4 or (entry->>'status_code')::integer in (1, 3))
    order by name, urn offset $5 limit $6";

impl Views {
    /// One school as the register has it now.
    pub async fn school(&self, urn: &Urn) -> Result<Option<SchoolRow>, ViewFault> {
        let select = select::<SchoolRow>("view_reference", "stream = $1");
        let found = sqlx::query(&select).bind(format!("school-{urn}")).fetch_optional(&self.pool).await;
        read(found.during("find a school")?.as_ref())
    }

    /// Schools by name, after so many of them, at most `limit`.
    pub async fn schools(&self, wanted: &SchoolFilter, after: i64, limit: i64) -> Result<Vec<SchoolRow>, ViewFault> {
        let select = format!("select {} from view_reference.schools where {WANTED}", columns::<SchoolRow>());
        let query = sqlx::query(&select)
            .bind(patterns(&wanted.text))
            .bind(wanted.text.trim())
            .bind(&wanted.local_authority)
            .bind(wanted.open)
            .bind(after)
            .bind(limit);
        rows(query.fetch_all(&self.pool).await)
    }

    /// The names that the register has now for some schools, by their numbers.
    pub async fn school_names(&self, urns: &[Urn]) -> Result<BTreeMap<String, String>, ViewFault> {
        let streams: Vec<_> = urns.iter().map(|urn| format!("school-{urn}")).collect();
        let select = "select urn, name from view_reference.schools where stream = any($1)";
        let found: Vec<(String, String)> =
            sqlx::query_as(select).bind(streams).fetch_all(&self.pool).await.during("find the names of schools")?;
        Ok(found.into_iter().collect())
    }

    /// The local authorities that have schools, by name.
    pub async fn local_authorities(&self) -> Result<Vec<String>, ViewFault> {
        let select = "select distinct la_name from view_reference.schools where la_name <> '' order by la_name";
        sqlx::query_scalar(select).fetch_all(&self.pool).await.during("list the local authorities")
    }

    /// Every partnership that a school ever had, the latest cohort and the latest partnership first.
    pub async fn partnerships_of_school(&self, urn: &Urn) -> Result<Vec<PartnershipRow>, ViewFault> {
        let condition = "school_urn = $1 order by cohort desc, sequence desc";
        let select = select::<PartnershipRow>("view_school_partnerships", condition);
        rows(sqlx::query(&select).bind(urn.as_str()).fetch_all(&self.pool).await)
    }

    /// What stands as a school's choices, the latest cohort first.
    pub async fn programme_choices_of(&self, urn: &Urn) -> Result<Vec<ProgrammeChoiceRow>, ViewFault> {
        let select = select::<ProgrammeChoiceRow>("view_reference", "school_urn = $1 order by cohort desc");
        rows(sqlx::query(&select).bind(urn.as_str()).fetch_all(&self.pool).await)
    }

    /// A school's induction tutor, if it has one. Name and address stay sealed in the log, at `nominated_at`.
    pub async fn tutor_of(&self, urn: &Urn) -> Result<Option<TutorRow>, ViewFault> {
        let select = select::<TutorRow>("view_reference", "school_urn = $1 and until is null");
        let found = sqlx::query(&select).bind(urn.as_str()).fetch_optional(&self.pool).await;
        read(found.during("find an induction tutor")?.as_ref())
    }

    /// Where a person is or was induction tutor, the latest first.
    pub async fn tutor_posts_of(&self, person: PersonId) -> Result<Vec<TutorRow>, ViewFault> {
        let select = select::<TutorRow>("view_reference", "person_id = $1 order by nominated_at desc");
        rows(sqlx::query(&select).bind(person.0).fetch_all(&self.pool).await)
    }

    /// The cohorts that are set up, the latest first.
    pub async fn cohorts(&self) -> Result<Vec<CohortRow>, ViewFault> {
        let select = select::<CohortRow>("view_reference", "true order by cohort desc");
        rows(sqlx::query(&select).fetch_all(&self.pool).await)
    }

    /// The cohort of a day (DOMAIN 7.2): the latest whose academic year has begun, if one began in the last 12 months.
    pub async fn current_cohort(&self, today: NaiveDate) -> Result<Option<Cohort>, ViewFault> {
        let begun = self.cohorts().await?.into_iter().find(|cohort| cohort.academic_year_start <= today);
        let year_ago = today.checked_sub_months(chrono::Months::new(12)).unwrap_or(today);
        Ok(begun.filter(|cohort| cohort.academic_year_start > year_ago).map(|cohort| cohort.cohort))
    }
}

/// One pattern per word, in which no letter of the word means anything but itself; for names without their apostrophes,
/// which people leave out or write one way or another.
pub(crate) fn patterns(text: &str) -> Vec<String> {
    let literal = |word: &str| word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let text = text.replace(['\'', '‘', '’', '`', '´'], "");
    text.split_whitespace().map(|word| format!("%{}%", literal(word))).collect()
}

fn rows<R: Row>(found: sqlx::Result<Vec<PgRow>>) -> Result<Vec<R>, ViewFault> {
    let rows: Result<Vec<_>, _> = found.during("look schools up")?.iter().map(R::get).collect();
    rows.during("read what belongs to schools")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_looked_for_means_itself() {
        assert_eq!(patterns(" St  100% a_b\\ "), ["%St%", "%100\\%%", "%a\\_b\\\\%"]);
        assert_eq!(patterns("St John’s ' o'Hare"), ["%St%", "%Johns%", "%oHare%"]);
        assert!(patterns("  ").is_empty());
    }
}
