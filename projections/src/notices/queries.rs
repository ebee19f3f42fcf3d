//! What the rim asks about mails: whose token it is, what became of a partnership's notices, and support's two lists.

use chrono::{DateTime, Utc};
use events_schema::ids::PartnershipId;
use sqlx::postgres::PgRow;

use super::{NominationLinkRow, NoticeRow, WindowEndRow};
use crate::{
    fault::{During, ViewFault},
    row::Row,
    views::{Views, read, select},
};

/// In force, of the latest round, and nobody was found since.
const NO_CONTACT: &str = "no_contact is not null
    and not exists (select from view_school_partnerships.partnerships broken
                    where broken.partnership_id = notices.partnership_id and broken.broken_at is not null)
    and not exists (select from view_notices.notices later
                    where later.partnership_id = notices.partnership_id and later.position > notices.position
                      and later.occasion in ('notice', 'reminder'))
    order by position";

/// A notice that is said afterwards to have arrived in time takes its partnership off the list.
const NEVER_DELIVERED: &str = "not notice_delivered
    and not exists (select from view_notices.notices arrived
                    where arrived.partnership_id = window_ends.partnership_id
                      and arrived.delivered_at <= window_ends.closes_at
                      and arrived.occasion in ('notice', 'reminder'))
    and not exists (select from view_school_partnerships.partnerships broken
                    where broken.partnership_id = window_ends.partnership_id and broken.broken_at is not null)
    order by position";

impl Views {
    /// The mail whose token has this SHA-256 (hexadecimal digits), if any has.
    pub async fn notice_by_token(&self, hash: &str) -> Result<Option<NoticeRow>, ViewFault> {
        let select = select::<NoticeRow>("view_notices", "token_hash = $1");
        let found = sqlx::query(&select).bind(hash).fetch_optional(&self.pool).await;
        read(found.during("find a mail by its token")?.as_ref())
    }

    /// The link to nominate a tutor whose token has this SHA-256 (hexadecimal digits), if any has.
    pub async fn nomination_link_by_token(&self, hash: &str) -> Result<Option<NominationLinkRow>, ViewFault> {
        let select = select::<NominationLinkRow>("view_notices", "token_hash = $1");
        let found = sqlx::query(&select).bind(hash).fetch_optional(&self.pool).await;
        read(found.during("find a nomination link by its token")?.as_ref())
    }

    /// Every mail about a partnership, in the order in which they were decided.
    pub async fn notices_of(&self, partnership: PartnershipId) -> Result<Vec<NoticeRow>, ViewFault> {
        let select = select::<NoticeRow>("view_notices", "partnership_id = $1 order by position");
        rows(sqlx::query(&select).bind(partnership.0).fetch_all(&self.pool).await)
    }

    /// Whether any mail to the school about a partnership is known to have arrived by an instant (UTC).
    pub async fn notice_arrived(&self, partnership: PartnershipId, by: DateTime<Utc>) -> Result<bool, ViewFault> {
        let arrived = "select exists (select from view_notices.notices
                       where partnership_id = $1 and delivered_at <= $2 and occasion in ('notice', 'reminder'))";
        let arrived = sqlx::query_scalar(arrived).bind(partnership.0).bind(by).fetch_one(&self.pool).await;
        arrived.during("tell whether a notice arrived")
    }

    /// The work queue "no contact": partnerships in force whose latest mail had nobody to go to, oldest first.
    /// So many after so many others.
    pub async fn no_contact_queue(&self, (after, limit): (i64, i64)) -> Result<Vec<NoticeRow>, ViewFault> {
        let select = select::<NoticeRow>("view_notices", NO_CONTACT) + " offset $1 limit $2";
        rows(sqlx::query(&select).bind(after).bind(limit).fetch_all(&self.pool).await)
    }

    /// The first partnership in force whose window ended before an instant (UTC) without a record of its end, and when.
    pub async fn window_left_open(
        &self,
        before: DateTime<Utc>,
    ) -> Result<Option<(PartnershipId, DateTime<Utc>)>, ViewFault> {
        let open = "select partnership_id, window_closes_at from view_school_partnerships.partnerships held
                    where window_closes_at < $1 and broken_at is null
                      and not exists (select from view_notices.window_ends ended
                                      where ended.partnership_id = held.partnership_id
                                        and ended.closes_at = held.window_closes_at)
                    order by window_closes_at limit 1";
        let found: Option<(uuid::Uuid, DateTime<Utc>)> =
            sqlx::query_as(open).bind(before).fetch_optional(&self.pool).await.during("look for windows left open")?;
        Ok(found.map(|(id, closed)| (PartnershipId(id), closed)))
    }

    /// The list "never delivered": windows that ended though no notice had arrived, of partnerships in force.
    /// So many after so many others.
    pub async fn never_delivered(&self, (after, limit): (i64, i64)) -> Result<Vec<WindowEndRow>, ViewFault> {
        let select = select::<WindowEndRow>("view_notices", NEVER_DELIVERED) + " offset $1 limit $2";
        rows(sqlx::query(&select).bind(after).bind(limit).fetch_all(&self.pool).await)
    }
}

fn rows<R: Row>(found: sqlx::Result<Vec<PgRow>>) -> Result<Vec<R>, ViewFault> {
    let rows: Result<Vec<_>, _> = found.during("look mails up")?.iter().map(R::get).collect();
    rows.during("read mails")
}
