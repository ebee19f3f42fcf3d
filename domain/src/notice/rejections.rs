//! Why a mail says no: one function per code, each with its rule.

use events_schema::ids::NoticeId;

use crate::rejection::rejections;

rejections! {
    /// No mail has this id.
    unknown_notice(id: NoticeId), "partnerships/3.6" =>
        format!("No mail has the id {id}; check the id that the carrier gave.");
}
