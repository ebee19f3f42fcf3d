//! People by their names, addresses or numbers, for auditors: trainees, induction tutors and users. Whose key was
//! destroyed is found by none of them.

use events_schema::{
    envelope::Recorded,
    events::{Event, school::SchoolEvent},
};

use super::found::{Found, MOST, one_more};
use crate::{
    spelling,
    trainee_list::{Filter, Scope},
    users::Users,
    web::{Web, components::Link, problem::Problem},
};

/// Nominations that are opened at a time.
const AT_ONCE: usize = 2_000;

/// Everybody who is called so, by what they are here.
pub(super) async fn named(web: &Web, q: &str) -> Result<[Found; 3], Problem> {
    Ok([
        Found::new("Trainees", trainees(web, q).await?),
        Found::new("Induction tutors", tutors(web, q).await?),
        Found::new("Users", users(web, q).await?),
    ])
}

/// By names, TRN or other numbers.
async fn trainees(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let filter = Filter { words: q.to_owned(), per_page: MOST + 1, ..Filter::default() };
    web.trainees().caught_up(super::super::PATIENCE).await?;
    let found = web.trainees().search(&Scope::Everyone, &filter).entries;
    let known = web.trainees().still_known(found).await?;
    let known = known.iter().filter(|entry| !entry.is_erased());
    let link = known.map(|entry| {
        let text = format!("provider {}, {}", entry.record().provider, entry.state().spoken());
        (Link::new(format!("/audit/trainees/{}", entry.id()), entry.name()), text)
    });
    Ok(link.collect())
}

/// Names and addresses are sealed in the log and nothing is derived from them, so that each is opened and compared.
async fn tutors(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let words = words(q);
    let mut found = Vec::new();
    for positions in web.views().nominations().await?.chunks(AT_ONCE) {
        let nominations = web.log().at_positions(positions).await?;
        found.extend(nominations.iter().rev().filter_map(|nomination| tutor(nomination, &words)));
        if found.len() > MOST {
            break;
        }
    }
    Ok(found)
}

/// The nominated person, if name and address hold every word.
fn tutor(nomination: &Recorded<Event>, words: &[String]) -> Option<(Link, String)> {
    let Event::School(SchoolEvent::InductionTutorNominated(it)) = &nomination.event else { return None };
    let (name, email) = (it.name.value()?, it.email.value()?);
    let text = compared(&format!("{name} {email}"));
    let is_sought = !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()));
    let link = || Link::new(format!("/audit/schools/{}", it.school_urn), name);
    is_sought.then(|| (link(), format!("{email}, of the school with URN {}", it.school_urn)))
}

async fn users(web: &Web, q: &str) -> Result<Vec<(Link, String)>, Problem> {
    let found = Users::new(web.pool().clone()).like(&words(q), one_more()).await?;
    let link = found.iter().map(|user| {
        let of = format!("{} {}", user.actor_kind.replace('-', " "), user.organisation);
        (Link::new(format!("/audit/users/{}", user.user_id), &user.name), format!("{}, {}", user.email, of.trim()))
    });
    Ok(link.collect())
}

fn words(q: &str) -> Vec<String> {
    compared(q).split_whitespace().map(str::to_owned).collect()
}

/// Neither case, accents nor apostrophes count.
fn compared(text: &str) -> String {
    spelling::plain_name(text).replace('\'', "")
}
