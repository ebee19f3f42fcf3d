//! The day's attestation: what was checked and found, over which log, as a signed note in the witness folder.

use chrono_tz::Europe::London;
use event_store::bundle::written;

use super::{Board, Ground, Standing};
use crate::{fault::Fault, proof::folder_fault};

/// Signs what stands on the board; the note.
pub(super) async fn write(ground: &Ground, board: &Board) -> Result<String, Fault> {
    let notary = &ground.notary;
    notary.sign().await?;
    let witnessed = notary.last_witnessed()?;
    let head = format!("{} self-audit\ndate {}\n", notary.origin(), today(ground));
    let over = format!("size {}\nroot {}\n", witnessed.size, written(&witnessed.root));
    let found = board.findings().into_iter().map(|looked| {
        let standing = match looked.standing {
            Standing::Holds => "holds",
            Standing::Wrong => "wrong",
            Standing::Unknown => "unknown",
        };
        format!("{} {standing}: {}\n", looked.check, one_line(&looked.said))
    });
    let note = notary.key().sign(&(head + &over + &found.collect::<String>()));
    notary.hold().await?.add_attestation(&note).map_err(folder_fault)?;
    Ok(note)
}

/// Whether today's is there.
pub(super) fn is_of_today(ground: &Ground) -> bool {
    let last = ground.notary.folder().last_attestation().ok().flatten().unwrap_or_default();
    last.lines().nth(1) == Some(&format!("date {}", today(ground)))
}

/// The day in London.
fn today(ground: &Ground) -> chrono::NaiveDate {
    ground.gateway.clock().now().with_timezone(&London).date_naive()
}

/// An empty line would end the text of the note.
fn one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
