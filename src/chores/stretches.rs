//! Something done to many records of a kind, a stretch of ids at a time.

use sqlx::PgConnection;

use crate::base::listing::Chosen;
use crate::crm::records::{self, RecordKind, STRETCH};
use crate::crm::tags::Tagging;
use crate::jobs::{Counts, Run};

/// What is done.
pub(super) enum Deed<'a> {
    /// They are given to somebody, or to nobody.
    Owner(Option<i64>),
    /// They are tagged.
    Tag(&'a Tagging),
}

impl Deed<'_> {
    async fn apply(
        &self,
        db: &mut PgConnection,
        kind: RecordKind,
        chosen: &Chosen,
        after: i64,
    ) -> Result<u64, sqlx::Error> {
        match self {
            Self::Owner(to) => records::give(db, kind, chosen, *to, after).await,
            Self::Tag(tagging) => tagging.apply(db, kind, chosen, Some(after)).await,
        }
    }
}

/// Goes once through all ids, each stretch a transaction that counts what it did.
pub(super) async fn each(
    run: &Run,
    kind: RecordKind,
    chosen: &Chosen,
    deed: &Deed<'_>,
) -> anyhow::Result<()> {
    let last = records::last_id(run.pool(), kind).await?;
    let mut at = 0;
    while at < last {
        let mut tx = run.pool().begin().await?;
        run.hold(&mut tx).await?;
        let done = deed.apply(&mut tx, kind, chosen, at).await?;
        let done = i64::try_from(done).unwrap_or(i64::MAX);
        run.count(&mut tx, kind.plural(), Counts { read: done, updated: done, ..Counts::default() }).await?;
        at += STRETCH;
        let share = i16::try_from((1000 * at.min(last) / last).min(1000)).ok();
        run.window(&mut tx, kind.plural(), "", share).await?;
        tx.commit().await?;
    }
    Ok(())
}
