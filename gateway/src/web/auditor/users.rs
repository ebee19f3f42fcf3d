//! The commands of one user, the latest first.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use event_store::{Command, Decided};
use events_schema::ids::{Parse, UserId};

use super::{
    Seat,
    listed::{A_PAGE, Line, List, found},
};
use crate::{
    trace::spoken::way,
    users::Users,
    web::{
        Web,
        paging::{Asked, Part},
        problem::Problem,
        times,
    },
};

/// What a user asked for, and how it ended.
pub(super) async fn show(
    State(web): State<Web>,
    seat: Seat,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let user = UserId::parse(&id).map_err(|_| Problem::NotFound)?;
    let part = Part::sized(asked.page, A_PAGE);
    let (after, limit) = part.window_and_next();
    let mut commands = web.log().commands_of(user, after, limit).await?;
    let pages = part.cut(&mut commands, format!("/audit/users/{user}?page="));
    let name = name(&web, &seat, user).await?;
    let is_known = name.is_some();
    let list = List {
        title: name.map_or_else(|| format!("User {user}"), |name| format!("{name} (user {user})")),
        lead: "Every command given by this user or on this user’s screen, the latest first.",
        none: "This user has given no command.",
        head: ["Command", "When", "Way", "How it ended"],
        lines: commands.iter().map(command).collect(),
        pages: if is_known { pages } else { found(&commands, pages)? },
    };
    let reading = list.reading("list of a user", web.views().position().await?).narrowed("user_id", user);
    list.given(&web, &seat, reading).await
}

/// What auditors see a user called.
async fn name(web: &Web, seat: &Seat, user: UserId) -> Result<Option<String>, Problem> {
    if !seat.may_open() {
        return Ok(None);
    }
    let names = Users::new(web.pool().clone()).names(&[user]).await?;
    Ok(names.into_values().find(|name| !name.is_empty()))
}

fn command(it: &Command) -> Line {
    let ended = match &it.receipt.outcome {
        Decided::Accepted => "Accepted".to_owned(),
        Decided::NothingToDo => "There was nothing to do".to_owned(),
        Decided::Rejected { code, .. } => format!("Refused, {code}"),
    };
    Line {
        href: format!("/audit/commands/{}", it.origin.command_id),
        link: format!("{}, no. {}", it.command_type, it.receipt.ledger_position),
        cells: [times::moment(it.receipt.received_at), way(it.origin.channel).to_owned(), ended],
    }
}
